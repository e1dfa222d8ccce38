// Signing in. The address stays what it was, so whoever had to sign in again is where they were.
import './SignIn.css';
import { useId, useRef, useState, type FormEvent } from 'react';
import { Unreachable } from '../client/refresh';
import { refusal } from '../client/refusal';
import { signIn } from '../client/session';
import { useWords } from '../i18n/language';
import { Icon } from './Icon';
import { LanguageChoice } from './Settings';

/** Kept while the page is open: a session that ends asks for the password alone. */
let lastLogin = '';

export function SignIn({ why }: { why: 'never' | 'ended' | 'left' }) {
  const t = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [shown, setShown] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const ids = { login: useId(), hint: useId(), password: useId(), problem: useId() };

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const login = normal(String(said.get('login') ?? ''));
    const password = String(said.get('password') ?? '');
    const empty = [!login && 'login', !password && 'password'].filter((name) => name !== false);
    setMissing(empty);
    setProblem('');
    if (empty[0]) return (form.current?.elements.namedItem(empty[0]) as HTMLElement | null)?.focus();
    setBusy(true);
    try {
      lastLogin = login;
      const [first] = await signIn(login, password);
      if (first) setProblem(first.code === 'BAD_CREDENTIALS' ? t.signIn.wrong : refusal(first));
    } catch (error) {
      setProblem(error instanceof Unreachable ? t.signIn.unreachable : t.refusal.failed);
    } finally {
      setBusy(false);
    }
  }

  const told = why === 'ended' ? t.signIn.ended : why === 'left' ? t.signIn.left : '';
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <Icon name="mark" className="sign-in__mark" />
        <h1>{t.signIn.title}</h1>
        <p className="sign-in__lead">{t.signIn.lead}</p>
        {told && (
          <p className={`sign-in__told sign-in__told--${why}`} role="status">
            {told}
          </p>
        )}
        <form ref={form} onSubmit={submit} noValidate>
          <div className="field">
            <label htmlFor={ids.login}>{t.signIn.login}</label>
            <input
              id={ids.login}
              name="login"
              defaultValue={lastLogin}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              aria-describedby={ids.hint}
              aria-invalid={missing.includes('login')}
              autoFocus={!lastLogin}
            />
            <p id={ids.hint} className={missing.includes('login') ? 'field__problem' : 'field__hint'}>
              {missing.includes('login') ? t.signIn.missing : t.signIn.loginHint}
            </p>
          </div>
          <div className="field">
            <label htmlFor={ids.password}>{t.signIn.password}</label>
            <div className="field__with">
              <input
                id={ids.password}
                name="password"
                type={shown ? 'text' : 'password'}
                autoComplete="current-password"
                aria-describedby={ids.problem}
                aria-invalid={missing.includes('password') || problem !== ''}
                autoFocus={lastLogin !== ''}
              />
              <button
                type="button"
                className="icon-button"
                onClick={() => setShown(!shown)}
                aria-pressed={shown}
                aria-label={shown ? t.signIn.hide : t.signIn.show}
              >
                <Icon name={shown ? 'eyeOff' : 'eye'} />
              </button>
            </div>
            <p id={ids.problem} className="field__problem" role="alert">
              {missing.includes('password') ? t.signIn.missing : problem}
            </p>
          </div>
          <button type="submit" className="button button--primary button--wide" disabled={busy}>
            {busy ? t.signIn.busy : t.signIn.submit}
          </button>
        </form>
        <LanguageChoice compact />
      </div>
    </main>
  );
}

/** A phone number as people type it, with spaces and dashes, is the number without them. */
function normal(login: string): string {
  const plain = login.trim();
  return plain.includes('@') ? plain : plain.replace(/[\s().-]/g, '');
}

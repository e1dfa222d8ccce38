// Settings that hold on all servers: a switch for what is on or off, a field for the rest.
import { useMutation } from '@apollo/client/react';
import { useId, useState, type FormEvent } from 'react';
import { failure, refusal } from '../client/refusal';
import { SettingSetDocument, type PlatformSettingFragment } from '../generated/graphql';
import { useWords } from '../i18n/language';
import { notify } from '../shell/notices';
import { useOverview } from './overview-query';

export function PlatformSettings() {
  const t = useWords();
  const admin = useOverview();
  if (!admin) return <p className="splash">{t.app.loading}</p>;
  return (
    <section className="panel" aria-labelledby="settings">
      <h2 id="settings">{t.operations.sections.settings}</h2>
      <ul className="platform">
        {admin.settings.map((setting) => (
          <li key={setting.key}>
            <Setting setting={setting} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was typed, as the kind of value that the setting has. What is no number goes as it is, to be refused. */
function typed(text: string, before: unknown): unknown {
  return typeof before !== 'number' || text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

/** A setting is an object of one field: which, and what it is. */
const partsOf = (value: unknown): readonly [string, unknown] => Object.entries(value as object)[0] ?? ['', ''];

function Setting({ setting }: { setting: PlatformSettingFragment }) {
  const t = useWords();
  const [save, { loading }] = useMutation(SettingSetDocument);
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const ids = { field: useId(), hint: useId(), problem: useId() };
  const { key } = setting;
  const [part, value] = partsOf(setting.value);
  const known = (t.operations.known as Partial<Record<string, { name: string; hint: string }>>)[key];
  const name = known?.name ?? key;

  async function set(next: unknown) {
    setProblem('');
    try {
      const { data } = await save({ variables: { key, value: { [part]: next } } });
      const [first] = data?.settingSet.userErrors ?? [];
      // What a value may be is in the server's own words alone.
      if (first) return setProblem(first.code === 'FORBIDDEN' ? refusal(first) : first.message);
      setText(null);
      notify({ tone: 'plain', text: t.operations.saved(name) });
    } catch (error) {
      setProblem(failure(error));
    }
  }

  const said = (
    <>
      <p id={ids.hint} className="field__hint">
        {known?.hint ?? setting.description}
      </p>
      {problem && (
        <p id={ids.problem} className="field__problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
  if (typeof value === 'boolean') {
    return (
      <div className="platform__one" data-setting={key}>
        <span id={ids.field}>{name}</span>
        <button
          type="button"
          className={`switch ${value ? 'switch--on' : ''}`}
          role="switch"
          aria-checked={value}
          aria-labelledby={ids.field}
          aria-describedby={ids.hint}
          disabled={loading}
          onClick={() => void set(!value)}
        >
          {value ? t.operations.on : t.operations.off}
        </button>
        {said}
      </div>
    );
  }
  const shown = text ?? String(value ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void set(typed(shown, value));
  };
  return (
    <form className="platform__one field" data-setting={key} onSubmit={submit}>
      <label htmlFor={ids.field}>{name}</label>
      <span className="platform__field">
        <input id={ids.field} value={shown} inputMode={typeof value === 'number' ? 'numeric' : 'text'} aria-describedby={`${ids.hint} ${ids.problem}`} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="button" disabled={loading || text === null}>
          {t.operations.save}
        </button>
      </span>
      {said}
    </form>
  );
}

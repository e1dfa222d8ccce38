// Language, appearance, sound, and the way out.
import './Settings.css';
import { useId, useRef } from 'react';
import { blocked, setSound, sound } from '../board/bell';
import { signOut } from '../client/session';
import { language, speak, useWords, type Language } from '../i18n/language';
import { useStore } from '../store';
import { forgetDrafts } from './drafts';
import { Icon } from './Icon';
import { setTheme, theme, type Theme } from './theme';

const LANGUAGES: Record<Language, string> = { es: 'Español', en: 'English' };
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

interface Choice<Value extends string> {
  legend: string;
  options: readonly (readonly [Value, string])[];
  chosen: Value;
  choose(value: Value): void;
  compact?: boolean;
}

function Choices<Value extends string>({ legend, options, chosen, choose, compact }: Choice<Value>) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend className={compact ? 'unseen' : ''}>{legend}</legend>
      <div className="choices__row">
        {options.map(([value, label]) => (
          <label key={value} className="choices__one">
            <input type="radio" name={name} checked={chosen === value} onChange={() => choose(value)} />
            <span lang={legend === label ? undefined : value in LANGUAGES ? value : undefined}>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function LanguageChoice({ compact = false }: { compact?: boolean }) {
  const t = useWords();
  const chosen = useStore(language);
  const options = Object.entries(LANGUAGES) as [Language, string][];
  return <Choices legend={t.settings.language} options={options} chosen={chosen} choose={(one) => void speak(one)} compact={compact} />;
}

export function SoundSwitch() {
  const t = useWords();
  const on = useStore(sound);
  const waits = useStore(blocked);
  const label = waits ? t.settings.soundBlocked : on ? t.settings.soundOn : t.settings.soundOff;
  return (
    <button
      type="button"
      className={`icon-button ${on ? '' : 'icon-button--off'} ${waits ? 'icon-button--waits' : ''}`}
      role="switch"
      aria-checked={on}
      aria-label={t.settings.sound}
      title={label}
      onClick={() => setSound(!on)}
    >
      <Icon name={on ? 'bell' : 'bellOff'} />
    </button>
  );
}

export function SettingsMenu({ name }: { name: string }) {
  const t = useWords();
  const chosen = useStore(theme);
  const sheet = useRef<HTMLDivElement>(null);
  const id = useId();
  const leave = () => {
    forgetDrafts();
    void signOut();
  };
  return (
    <>
      <button type="button" className="icon-button" popoverTarget={id} aria-label={t.nav.menu} title={t.nav.menu}>
        <Icon name="settings" />
      </button>
      <div ref={sheet} id={id} popover="auto" className="settings" role="dialog" aria-label={t.nav.menu}>
        <p className="settings__who">
          {t.nav.signedInAs} <strong>{name}</strong>
        </p>
        <LanguageChoice />
        <Choices
          legend={t.settings.theme}
          options={THEMES.map((one) => [one, t.settings.themes[one]] as const)}
          chosen={chosen}
          choose={setTheme}
        />
        <button type="button" className="button button--quiet button--wide" onClick={leave}>
          <Icon name="out" />
          {t.nav.signOut}
        </button>
      </div>
    </>
  );
}

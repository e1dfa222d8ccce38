// Which language the page speaks: as chosen here, or else as the browser asks for; Spanish where it asks for neither.
import { createStore, useStore } from '../store';
import type { Dictionary } from './en';

export type Language = 'es' | 'en';

const KEY = 'plaza.language';
/** Only the words that are spoken are fetched. */
const fetchWords: Record<Language, () => Promise<Dictionary>> = {
  es: async () => (await import('./es')).es,
  en: async () => (await import('./en')).en,
};

function preferred(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return wanted.find((tag): tag is Language => tag === 'es' || tag === 'en') ?? 'es';
}

export const language = createStore<Language>(preferred());

const show = () => {
  document.documentElement.lang = language.get();
};
language.subscribe(show);
show();

const dictionary = createStore<Dictionary | null>(null);

/** Fetches the words that the page begins with; nothing is shown before. */
export async function learn(): Promise<void> {
  dictionary.set(await fetchWords[language.get()]());
}

export async function speak(chosen: Language): Promise<void> {
  localStorage.setItem(KEY, chosen);
  dictionary.set(await fetchWords[chosen]());
  language.set(chosen);
}

function known(now: Dictionary | null): Dictionary {
  if (!now) throw new Error('the page speaks before it has learned to');
  return now;
}

export const words = (): Dictionary => known(dictionary.get());

export const useWords = (): Dictionary => known(useStore(dictionary));

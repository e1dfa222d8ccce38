// Light, dark, or as the device has it.
import { createStore } from '../store';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'plaza.theme';
const known = (value: string | null): Theme => (value === 'light' || value === 'dark' ? value : 'system');

export const theme = createStore<Theme>(known(localStorage.getItem(KEY)));

const dark = matchMedia('(prefers-color-scheme: dark)');

/** What is shown by now; the chart paints by it. */
export const isDark = createStore<boolean>(false);

function show(): void {
  const chosen = theme.get();
  const now = chosen === 'dark' || (chosen === 'system' && dark.matches);
  document.documentElement.dataset['theme'] = now ? 'dark' : 'light';
  isDark.set(now);
}

dark.addEventListener('change', show);
theme.subscribe(show);
show();

export function setTheme(chosen: Theme): void {
  localStorage.setItem(KEY, chosen);
  theme.set(chosen);
}

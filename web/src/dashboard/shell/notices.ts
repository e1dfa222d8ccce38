// What the page has to say in passing: refusals, and offers to try again.
import { createStore } from '../store';

export interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'trouble';
  action?: { label: string; run(): void };
}

export const notices = createStore<readonly Notice[]>([]);

/** Read aloud without being shown, such as where a card went that was moved by keyboard */
export const announcement = createStore('');

let last = 0;
const LASTS = 8_000;
const MOST = 4;

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}

export function notify(notice: Omit<Notice, 'id'>): void {
  const id = ++last;
  notices.set([...notices.get(), { ...notice, id }].slice(-MOST));
  if (!notice.action) setTimeout(() => dismiss(id), LASTS);
}

export const announce = (text: string): void => announcement.set(text);

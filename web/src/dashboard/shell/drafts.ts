// What somebody typed and has not sent: kept for the tab, so that neither a session that ends nor a reload loses it. It
// belongs to who typed it: whoever signs in as somebody else finds nothing.

const KEY = 'plaza.drafts';

interface Kept {
  owner: string;
  texts: Record<string, string>;
}

let kept: Kept = read();

function read(): Kept {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null) ?? { owner: '', texts: {} };
  } catch {
    return { owner: '', texts: {} };
  }
}

function write(): void {
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

/** Says who types from now on. */
export function ownDrafts(owner: string): void {
  if (kept.owner === owner) return;
  kept = { owner, texts: {} };
  write();
}

export const draft = (where: string): string => kept.texts[where] ?? '';

export function keepDraft(where: string, text: string): void {
  if (text) kept.texts[where] = text;
  else delete kept.texts[where];
  write();
}

export function forgetDrafts(): void {
  kept = { owner: '', texts: {} };
  sessionStorage.removeItem(KEY);
}

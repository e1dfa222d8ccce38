// A conversation's messages in their order, put together from pages, events and pieces of the assistant's replies. Pure.
import type { TalkMessageFragment } from '../generated/graphql';

export type Message = TalkMessageFragment;

/** Both lists in one, by position, each message once; what comes in `news` is newer. */
export function mergeMessages(known: readonly Message[], news: readonly Message[]): Message[] {
  const [last] = news;
  // The usual case: one message after all others.
  const end = known.at(-1);
  if (news.length === 1 && last && (!end || end.position < last.position)) return [...known, last];
  const rows = new Map(known.map((message) => [message.position, message]));
  for (const message of news) rows.set(message.position, message);
  return [...rows.values()].sort((a, b) => a.position - b.position);
}

/** A page that was read: older than events that came meanwhile, so what is known stays, but for replies that had begun. */
export function mergePage(known: readonly Message[], page: readonly Message[]): Message[] {
  const rows = new Map(page.map((message) => [message.position, message]));
  for (const message of known) {
    const read = rows.get(message.position);
    const grown = read && message.status === 'STREAMING' && read.status !== 'STREAMING';
    if (!grown) rows.set(message.position, message);
  }
  return [...rows.values()].sort((a, b) => a.position - b.position);
}

/** The next piece of a reply: what stands before it stays. */
export function addPiece(known: readonly Message[], id: string, offset: number, text: string): readonly Message[] {
  const at = known.findLastIndex((message) => message.id === id);
  const message = known[at];
  // A piece that comes after the reply's end, or after one that was lost, would make a text that nobody wrote.
  if (!message || message.status !== 'STREAMING' || message.body.length < offset) return known;
  return known.with(at, { ...message, body: message.body.slice(0, offset) + text });
}

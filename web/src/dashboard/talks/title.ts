// What a conversation is called, and what its row says: a group by its title, others by who is in it.
import type { TalkCardFragment, TalkMessageFragment } from '../generated/graphql';
import type { Dictionary } from '../i18n/en';

type Person = TalkCardFragment['participants'][number]['user'];

export const others = (talk: TalkCardFragment, viewerId: string): Person[] =>
  talk.participants.map((one) => one.user).filter((user) => user.id !== viewerId);

export function titleOf(talk: TalkCardFragment, viewerId: string, t: Dictionary): string {
  if (talk.title) return talk.title;
  if (talk.kind === 'ASSISTANT') return t.talks.assistant;
  // In a conversation about an order the first to join is who began it, and the buyer is not of the store.
  const names = others(talk, viewerId).map((user) => user.displayName);
  if (talk.kind === 'ORDER' && talk.order) return `${t.talks.order(talk.order.number)} · ${names[0] ?? ''}`;
  return names.slice(0, 3).join(', ') || t.talks.somebody;
}

export function senderOf(message: TalkMessageFragment, viewerId: string, t: Dictionary): string {
  if (message.author === 'ASSISTANT') return t.talks.assistant;
  if (message.author === 'SYSTEM') return t.app.name;
  if (message.sender?.id === viewerId) return t.talks.you;
  return message.sender?.displayName ?? t.talks.somebody;
}

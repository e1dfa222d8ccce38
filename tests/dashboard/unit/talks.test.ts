// Conversations put together: pages and events in any order, and the assistant's reply from its pieces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPiece, mergeMessages, mergePage, type Message } from '../../../web/src/dashboard/talks/messages.ts';
import { mergeTalks } from '../../../web/src/dashboard/talks/order.ts';

const message = (position: number, more: Partial<Message> = {}): Message => ({
  __typename: 'Message',
  id: `m${position}`,
  position,
  author: 'PERSON',
  body: `Mensaje ${position}`,
  status: 'SENT',
  sentAt: '2026-01-01T00:00:00Z',
  editedAt: null,
  sender: null,
  ...more,
});
const positions = (messages: readonly Message[]) => messages.map(({ position }) => position);

test('messages and pages merge by position, each once', () => {
  let known = mergeMessages([], [message(7)]);
  known = mergeMessages(known, [message(9)]);
  known = mergePage(known, [5, 6, 7, 8].map((one) => message(one)));
  known = mergeMessages(known, [message(8, { body: 'editado' })]);
  assert.deepEqual(positions(known), [5, 6, 7, 8, 9]);
  assert.equal(known[3]?.body, 'editado');
});

test('a page does not take back what an event has brought, but ends a reply whose end was not heard', () => {
  const deleted = message(2, { status: 'DELETED', body: '' });
  const growing = message(3, { author: 'ASSISTANT', status: 'STREAMING', body: 'Abr' });
  const page = [message(1), message(2), message(3, { author: 'ASSISTANT', body: 'Abrimos a las seis' })];
  const merged = mergePage([deleted, growing], page);
  assert.deepEqual(merged.map(({ body }) => body), ['Mensaje 1', '', 'Abrimos a las seis']);
});

test('a reply grows by its pieces; one that comes again, too late, or after a gap, changes nothing', () => {
  const start: readonly Message[] = [message(1), message(2, { author: 'ASSISTANT', status: 'STREAMING', body: '' })];
  const one = addPiece(start, 'm2', 0, 'Abrimos ');
  const two = addPiece(one, 'm2', 8, 'a las seis');
  assert.equal(two[1]?.body, 'Abrimos a las seis');
  assert.equal(addPiece(two, 'm2', 8, 'a las seis')[1]?.body, 'Abrimos a las seis');
  assert.equal(addPiece(one, 'm2', 12, 'seis'), one);
  const ended = mergeMessages(two, [message(2, { author: 'ASSISTANT', body: 'Abrimos a las siete' })]);
  assert.equal(addPiece(ended, 'm2', 0, 'Abr'), ended);
});

test('conversations are in the order of what moved last, each once', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const known = [{ id: 'a', updatedAt: at(3) }, { id: 'b', updatedAt: at(2) }];
  const merged = mergeTalks(known, [{ id: 'b', updatedAt: at(5) }, { id: 'c', updatedAt: at(1) }, { id: 'a', updatedAt: at(1) }]);
  assert.deepEqual(merged.map(({ id }) => id), ['b', 'a', 'c']);
});

// A stream that is cut goes on from its last cursor; what the server says decides whether it is asked again.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { TalksUpdatesDocument } from '../../../web/src/dashboard/generated/graphql.ts';

// The page that the modules expect around them.
Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
  location: { origin: 'http://localhost' },
  // Node's keeps the process alive.
  BroadcastChannel: class {
    postMessage() {}
  },
});
const { follow } = await import('../../../web/src/dashboard/client/follow.ts');
type Socket = Parameters<typeof follow>[0];

interface Payload {
  query: string;
  variables: object;
}
interface Sink {
  next(result: object): void;
  error(error: unknown): void;
}

/** A socket that is played by the test. */
function stage() {
  const asked: { payload: Payload; sink: Sink }[] = [];
  let renewed = 0;
  const socket = {
    subscribe(payload: Payload, sink: Sink) {
      asked.push({ payload, sink });
      return () => undefined;
    },
    renew: () => (renewed += 1),
  } as unknown as Socket;
  const sent = (at = asked.length - 1) => JSON.parse(JSON.stringify(asked[at]?.payload)).variables;
  const say = (cursor: string) => asked.at(-1)?.sink.next({ data: { inboxUpdates: { cursor } } });
  return { asked, socket, sent, say, renewed: () => renewed };
}

function start(socket: Socket, refused?: (message: string) => void) {
  const heard: string[] = [];
  const stop = follow(socket, {
    document: TalksUpdatesDocument,
    variables: {},
    next: ({ inboxUpdates }) => (heard.push(inboxUpdates.cursor), inboxUpdates.cursor),
    ...(refused && { refused }),
  });
  return { heard, stop };
}

test('the payload that graphql-ws sends again after a cut has the cursor of that moment', () => {
  const { socket, sent, say } = stage();
  const { stop } = start(socket);
  assert.deepEqual(sent(), {});
  say('c1');
  say('c2');
  assert.deepEqual(sent(), { after: 'c2' });
  stop();
});

test('a payload that failed is asked for again from the cursor before it', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, socket, sent, say } = stage();
  const { heard, stop } = start(socket);
  say('c1');
  asked.at(-1)?.sink.next({ data: null, errors: [{ message: 'Something went wrong', extensions: { code: 'INTERNAL' } }] });
  mock.timers.tick(2_000);
  assert.equal(asked.length, 2);
  assert.deepEqual(sent(), { after: 'c1' });
  assert.deepEqual(heard, ['c1']);
  stop();
  mock.timers.reset();
});

test('what is forbidden is told and not asked again; too many are asked later; an ended session is renewed', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, socket, renewed } = stage();
  const told: string[] = [];
  const fail = (code: string, more = {}) => asked.at(-1)?.sink.error([{ message: code, extensions: { code, ...more } }]);
  const { stop } = start(socket, (message) => told.push(message));
  fail('RATE_LIMITED', { retryAfter: 5 });
  mock.timers.tick(4_999);
  assert.equal(asked.length, 1);
  mock.timers.tick(1);
  assert.equal(asked.length, 2);
  fail('UNAUTHENTICATED');
  assert.equal(renewed(), 1);
  mock.timers.tick(2_000);
  assert.equal(asked.length, 3);
  fail('FORBIDDEN');
  mock.timers.tick(60_000);
  assert.equal(asked.length, 3);
  assert.deepEqual(told, ['FORBIDDEN']);
  stop();
  mock.timers.reset();
});

// The board's state: pages and events in any order, and however often, make the same board; steps are shown before they are
// answered, and taken back; what is not read yet is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board, DONE_KEPT, type Row } from '../../../web/src/dashboard/board/board.ts';
import type { OpenStatus } from '../../../web/src/dashboard/board/order.ts';

const STEPS = ['PLACED', 'ACCEPTED', 'PREPARING', 'READY', 'COMPLETED'] as const;
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** The row of an order that took so many steps. */
const row = (number: number, steps = 0): Row => ({
  id: `o${String(number).padStart(4, '0')}`,
  status: STEPS[steps] ?? 'COMPLETED',
  version: steps + 1,
  placedAt: at(number),
  updatedAt: at(1_000 + number * 10 + steps),
});
const page = (rows: Row[], total = rows.length, hasNextPage = false) => ({ rows, total, hasNextPage, endCursor: rows.at(-1)?.id ?? null });
const ids = (rows: Row[]) => rows.map(({ id }) => id);

/** Numbers that are the same in each run, and look like chance. */
function* chance(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    yield state / 4_294_967_296;
  }
}

function shuffled<Value>(values: readonly Value[], numbers: Generator<number>): Value[] {
  const all = [...values];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor((numbers.next().value as number) * (last + 1));
    [all[last], all[other]] = [all[other] as Value, all[last] as Value];
  }
  return all;
}

test('events in any order, and each of them twice, make the board that the last of them make', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const numbers = chance(seed);
    const finals = Array.from({ length: 12 }, (_, number) => Math.floor((numbers.next().value as number) * 4) + (number % 2 === 0 ? 0 : 1));
    const events = finals.flatMap((last, number) => Array.from({ length: last + 1 }, (_, step) => row(number, step)));
    const board = new Board();
    for (const event of shuffled([...events, ...events], numbers)) board.admit(event);
    for (const [index, status] of STEPS.entries()) {
      const expected = finals.flatMap((last, number) => (last === index ? [row(number, last)] : []));
      const name = status === 'COMPLETED' ? 'DONE' : status;
      if (name === 'DONE') expected.reverse();
      assert.deepEqual(board.column(name).ids, ids(expected), `seed ${seed}, ${name}`);
    }
  }
});

test('a page that was read before an event, and comes after it, changes nothing', () => {
  const board = new Board();
  board.expectPages(true);
  board.admit(row(1, 1));
  board.page('PLACED', page([row(0), row(1), row(2)]));
  assert.deepEqual(board.column('PLACED').ids, ['o0000', 'o0002']);
  assert.deepEqual(board.column('ACCEPTED').ids, ['o0001']);
});

test('an order that was done and forgotten does not come back by an old page', () => {
  const forgotten: string[] = [];
  const board = new Board((id) => forgotten.push(id));
  board.expectPages(true);
  for (let number = 0; number < DONE_KEPT + 5; number += 1) board.admit(row(number, 4));
  assert.equal(board.column('DONE').ids.length, DONE_KEPT);
  assert.deepEqual(forgotten, ids([0, 1, 2, 3, 4].map((number) => row(number))));
  board.page('PLACED', page([row(0), row(60)]));
  assert.deepEqual(board.column('PLACED').ids, ['o0060']);
  board.expectPages(false);
});

test('what was not read yet is counted, and lies between pages and what events have brought', () => {
  const board = new Board();
  board.page('PLACED', page([row(0), row(1)], 10, true));
  board.admit(row(50));
  const column = board.column('PLACED');
  assert.deepEqual([column.ids, column.hidden, column.gapAt], [['o0000', 'o0001', 'o0050'], 8, 2]);
  assert.equal(board.count('PLACED'), 11);
  board.page('PLACED', page([row(2), row(3)], 11, true));
  assert.deepEqual([board.count('PLACED'), board.column('PLACED').gapAt], [11, 4]);
  board.page('PLACED', page([4, 5, 6, 7, 8, 9].map((number) => row(number)).concat(row(50)), 11));
  assert.deepEqual([board.count('PLACED'), board.column('PLACED').hidden], [11, 0]);
});

test('an order that no page had brought says that somebody has to count again', () => {
  const board = new Board();
  board.page('PLACED', page([row(0)], 3, true));
  assert.equal(board.admit(row(0, 1)).uncounted, false);
  assert.equal(board.admit(row(2, 1)).uncounted, true);
  assert.equal(board.admit(row(2, 1)).uncounted, false);
  board.recount('PLACED', 1);
  assert.equal(board.count('PLACED'), 1);
});

test('a step is shown before it is answered, and taken back where it is refused', () => {
  const board = new Board();
  board.admit(row(0));
  board.admit(row(1));
  board.expect('o0000', 'ACCEPTED');
  assert.deepEqual([board.column('PLACED').ids, board.column('ACCEPTED').ids], [['o0001'], ['o0000']]);
  board.settle('o0000');
  assert.deepEqual([board.column('PLACED').ids, board.column('ACCEPTED').ids], [['o0000', 'o0001'], []]);
  board.expect('o0000', 'ACCEPTED');
  board.admit(row(0, 1));
  board.settle('o0000');
  assert.deepEqual(board.column('ACCEPTED').ids, ['o0000']);
});

test('a step changes no count but those of its two columns, read or not', () => {
  const board = new Board();
  for (const [index, name] of (['PLACED', 'ACCEPTED'] as OpenStatus[]).entries()) board.page(name, page([row(index * 10, index)], 100, true));
  board.expect('o0000', 'ACCEPTED');
  assert.deepEqual([board.count('PLACED'), board.count('ACCEPTED')], [99, 101]);
  board.admit(row(0, 1));
  board.settle('o0000');
  assert.deepEqual([board.count('PLACED'), board.count('ACCEPTED')], [99, 101]);
});

test('a column is the same object until something in it changes', () => {
  const board = new Board();
  board.admit(row(0));
  const [placed, ready] = [board.column('PLACED'), board.column('READY')];
  board.admit(row(1));
  assert.notEqual(board.column('PLACED'), placed);
  assert.equal(board.column('READY'), ready);
});

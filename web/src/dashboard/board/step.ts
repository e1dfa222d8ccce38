// Takes a step of an order: shown at once, and taken back with the server's reason where it is refused.
import { client } from '../client/apollo';
import { newKey } from '../client/key';
import { failure, refusal } from '../client/refusal';
import type { OrderStatus } from '../generated/graphql';
import { words } from '../i18n/language';
import { announce, notify } from '../shell/notices';
import type { Feed } from './feed';
import { stepDocument, stepped } from './order';

interface Step {
  id: string;
  number: string;
  to: OrderStatus;
  note?: string;
}

/** True where it was done. A step whose answer is lost is tried again under the same key, which never steps twice. */
export async function takeStep(feed: Feed, step: Step, idempotencyKey = newKey()): Promise<boolean> {
  const { id, number, to, note } = step;
  const row = feed.row(id);
  if (!row || feed.isPending(id)) return false;
  feed.expect(id, to);
  announce(words().board.moved(number, words().status[to]));
  const back = (why: string, again?: () => void) => {
    const { board, notices } = words();
    const action = again && { label: notices.again, run: again };
    notify({ tone: 'trouble', text: board.refused(number, why), ...(action && { action }) });
    return false;
  };
  try {
    const input = { id, version: row.version, idempotencyKey, ...(note && { note }) };
    const { data, error } = await client.mutate({
      mutation: stepDocument(to),
      variables: { input },
      fetchPolicy: 'no-cache',
      errorPolicy: 'all',
    });
    if (error || !data) return back(failure(error));
    const { order, userErrors } = stepped(data);
    const [first] = userErrors;
    if (first) return back(refusal(first));
    if (order) feed.admit(order);
    return true;
  } catch (error) {
    return back(failure(error), () => void takeStep(feed, step, idempotencyKey));
  } finally {
    feed.settle(id);
  }
}

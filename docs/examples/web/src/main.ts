// The page: a form to sign in, and the board of the first store that the person works in.
import { accept, followBoard, type Shown, type Store } from './board';
import { client } from './client';
import { CounterDocument, type BoardOrderFragment } from './generated/graphql';
import { signIn, token } from './session';

const find = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const form = find<HTMLFormElement>('sign-in');
const counter = find('counter');
const tell = (message = '') => (find('notice').textContent = message);

function row(order: BoardOrderFragment): HTMLLIElement {
  const item = document.createElement('li');
  const words = [order.number, `${order.itemCount} for ${order.buyer.displayName}`, order.total.amount, order.status];
  for (const text of words) item.append(Object.assign(document.createElement('span'), { textContent: text }));
  if (order.nextStatuses.includes('ACCEPTED')) {
    const button = Object.assign(document.createElement('button'), { textContent: 'Take' });
    button.onclick = async () => {
      button.disabled = true;
      tell(await accept(order));
    };
    item.append(button);
  }
  return item;
}

function show({ orders, figures }: Shown) {
  find('board').replaceChildren(...orders.map(row));
  if (figures) {
    find('figures').textContent = `Today: ${figures.orderCount} orders, ${figures.revenue.amount} ${figures.revenue.currency}`;
  }
}

async function start() {
  const signedIn = await token();
  form.hidden = signedIn !== null;
  counter.hidden = signedIn === null;
  if (!signedIn) return;
  const { data, error } = await client.query(CounterDocument, {}).toPromise();
  const store: (Store & { name: string }) | undefined = data?.viewer?.stores[0];
  if (!store) return tell(error?.message ?? 'You work in no store.');
  counter.querySelector('h1')!.textContent = store.name;
  followBoard(store, show, ({ message }) => tell(message));
}

form.onsubmit = async (event) => {
  event.preventDefault();
  const { login, password } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  const [refusal] = await signIn(login!, password!).catch((error: Error) => [{ message: error.message }]);
  tell(refusal?.message);
  if (!refusal) await start();
};

start().catch(({ message }: Error) => tell(message));

// The administrators' page: figures that move, jobs that move by themselves, the log, a setting that is refused and one that
// holds; and nothing of it for anybody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { ask, openShop, tokenOf } from './support/api.mjs';
import { openBrowser, shoot, signedIn } from './support/browser.mjs';

const shop = await openShop();
const admin = await tokenOf('admin');
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await signedIn(browser, { who: 'admin', path: '/dashboard' });
});
after(() => browser.close());

const open = (name) => page.getByRole('navigation', { name: 'Operaciones' }).getByRole('link', { name, exact: true }).click();

/** Axe finds nothing serious, and the page is no wider than the screen. */
async function isFit(name) {
  await page.waitForTimeout(200);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes[0].target}`);
  assert.deepEqual(told, [], name);
  await shoot(page, `operations-${name}`);
}

test('an administrator without a store is led to operations, and sees the streams of this server', async () => {
  await page.locator('[data-stream="sockets"] dd').waitFor();
  const sockets = async () => Number(await page.locator('[data-stream="sockets"] dd').textContent());
  const before = await sockets();
  assert.ok(before >= 1);
  const other = await signedIn(browser);
  await page.waitForFunction((known) => Number(document.querySelector('[data-stream="sockets"] dd').textContent) > known, before, { timeout: 15_000 });
  await other.context().close();
  await page.locator('[data-row="primary"]').waitFor();
  await isFit('servers');
});

test('operations, documents and the log are there, the log to its end', async () => {
  await open('Operaciones');
  await page.locator('[data-section="slow"] .table').waitFor();
  await isFit('slow');
  await open('Documentos');
  await page.locator('tr', { hasText: 'StoreOrderUpdates' }).first().waitFor();
  await isFit('documents');
  await open('Bitácora');
  await page.locator('.audit__list b', { hasText: 'SIGN_IN' }).first().waitFor();
  await isFit('audit');
});

test('a job that somebody orders is shown, and moves to its end without a reload', async () => {
  await open('Tareas');
  await page.locator('.job').first().waitFor();
  const lines = Array.from({ length: 300 }, (_, line) => `T-${line},Queso ${line},lacteos,${10 + (line % 90)}.50,5`);
  const file = new Blob([['sku,title,category,price,stock', ...lines, ''].join('\n')], { type: 'text/csv' });
  const form = new FormData();
  const query = 'mutation ($s: ID!, $f: Upload!) { listingImport(storeId: $s, file: $f) { job { id status } userErrors { message } } }';
  form.set('operations', JSON.stringify({ query, variables: { s: shop.store.id, f: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.f'] }));
  form.set('0', file, 'menu.csv');
  const response = await fetch(`${process.env.PLAZA_URL}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.bruno}`, 'GraphQL-Preflight': '1' },
    body: form,
  });
  const { data } = await response.json();
  const { id } = data.listingImport.job;
  const row = page.locator(`[data-row="${id}"]`);
  await row.waitFor({ timeout: 20_000 });
  await row.locator('.job--SUCCEEDED').waitFor({ timeout: 20_000 });
  const { node } = await ask('query ($id: ID!) { node(id: $id) { ... on Job { status } } }', { id }, admin);
  assert.equal(node.status, 'SUCCEEDED');
  await row.getByRole('button', { name: 'Detalles' }).click();
  await page.getByRole('dialog').getByText('listings.import').waitFor();
  await isFit('job');
  await page.keyboard.press('Escape');
});

test('a setting out of bounds is refused with the reason, and one that is not holds', async () => {
  await open('Ajustes');
  const days = page.getByLabel('Días de la bitácora de eventos');
  await days.fill('400');
  await page.locator('[data-setting="log"]').getByRole('button', { name: 'Guardar' }).click();
  await page.locator('[data-setting="log"] [role="alert"]').waitFor();
  await isFit('settings');
  await days.fill('8');
  await page.locator('[data-setting="log"]').getByRole('button', { name: 'Guardar' }).click();
  await page.getByText('rige en todos los servidores').waitFor();
  const { admin: now } = await ask('{ admin { settings { key value } } }', {}, admin);
  assert.equal(now.settings.find(({ key }) => key === 'log').value.days, 8);
  assert.deepEqual(page.faults, []);
});

test('nobody else sees it', async () => {
  const other = await signedIn(browser);
  assert.equal(await other.getByRole('link', { name: 'Operaciones' }).count(), 0);
  await other.goto('/dashboard/operations');
  await other.getByText('Solo los administradores ven esta página.').waitFor();
  await other.context().close();
});

// The built page in a real browser: signs in, sees an order come, takes it, and misses nothing over a cut.
//
// usage: node check.mjs URL-of-Plaza URL-of-the-page
//   CHROMIUM   the browser; by default `chromium` where PATH has it
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { openCounter, people } from '../counter.mjs';

const [, , plaza, page] = process.argv;
const executablePath = process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
const counter = await openCounter(plaza);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
try {
  const context = await browser.newContext();
  // Every socket goes through here, so that it can be cut.
  const sockets = [];
  await context.routeWebSocket(/\/graphql$/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  context.setDefaultTimeout(15_000);
  const tab = await context.newPage();
  const complaints = [];
  tab.on('pageerror', (error) => complaints.push(String(error)));
  await tab.goto(page);

  await tab.fill('[name=login]', people.bruno.login);
  await tab.fill('[name=password]', 'not his password');
  await tab.click('text="Sign in" >> nth=1');
  await tab.waitForSelector('#notice:text("wrong")');
  await tab.fill('[name=password]', people.bruno.password);
  await tab.click('text="Sign in" >> nth=1');
  await tab.locator('#counter h1', { hasText: 'Cafetería' }).waitFor();
  await tab.waitForSelector('#figures:text("Today")');
  console.log('signed in:', await tab.textContent('#figures'));

  const row = (number) => tab.locator('#board li', { hasText: number });
  const first = await counter.order();
  await row(first.number).getByRole('button', { name: 'Take' }).click();
  await row(first.number).getByText('ACCEPTED').waitFor();
  console.log(`order ${first.number}: came by itself, and was taken`);

  const cuts = sockets.length;
  for (const socket of sockets) await socket.close({ code: 1012, reason: 'restart' });
  const second = await counter.order();
  await counter.step('orderCancel', first.id);
  await row(second.number).waitFor();
  await row(first.number).waitFor({ state: 'detached' });
  assert.ok(sockets.length > cuts);
  console.log(`order ${second.number}: came over a cut of the socket`);

  // The session outlives the page: its refresh token is traded for the next.
  const kept = () => tab.evaluate(() => localStorage.getItem('plaza.refreshToken'));
  const before = await kept();
  await tab.reload();
  await row(second.number).waitFor();
  assert.notEqual(await kept(), before);
  console.log('the page was loaded again, and the session went on');
  assert.deepEqual(complaints, []);
} catch (error) {
  console.error(await browser.contexts()[0]?.pages()[0]?.innerText('body'));
  throw error;
} finally {
  await browser.close();
}

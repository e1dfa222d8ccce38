// Everybody can use it: axe finds nothing serious on any page, in both themes and languages, on desktop and phone; and no
// page is wider than its screen.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { handle, openShop } from './support/api.mjs';
import { fillSignIn, isLive, openBrowser, openPage, shoot } from './support/browser.mjs';

const shop = await openShop();
let browser;

before(async () => {
  browser = await openBrowser();
  for (const steps of [[], ['OrderAccept'], ['OrderAccept', 'OrderPrepare'], ['OrderAccept', 'OrderPrepare', 'OrderReady'], ['OrderReject']]) {
    const order = await shop.place({ note: 'Sin azúcar, por favor', lines: 3 });
    for (const step of steps) await shop.step(step, order.id);
  }
});
after(() => browser.close());

async function check(page, where) {
  await page.waitForTimeout(200);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const told = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary ?? ''}`).join(' | ')}`);
  assert.deepEqual(told, [], `${where}: axe`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${where} is ${wide} px wider than the screen`);
}

describe('axe', { concurrency: 2 }, () => {
  // Every pair of screen and theme, screen and language, theme and language; the tablet on top.
  for (const [size, theme, language] of [
    ['desktop', 'light', 'es'],
    ['desktop', 'dark', 'en'],
    ['phone', 'dark', 'es'],
    ['phone', 'light', 'en'],
    ['tablet', 'light', 'es'],
  ]) {
    test(`${size}, ${theme}, ${language}`, async () => {
      const page = await openPage(browser, { size, theme, language });
      const seen = async (name) => {
        await check(page, name);
        await shoot(page, `${size}-${theme}-${language}-${name}`);
      };
      await page.goto(`/dashboard/s/${handle}/orders`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await seen('sign-in');
      await fillSignIn(page, { language });
      await isLive(page);
      await page.locator('[data-column="PLACED"] [data-order]').first().waitFor();
      await seen('board');
      await page.locator('[data-column="PLACED"] .card__number').first().click();
      await page.locator('.sheet__history li').first().waitFor();
      await seen('order');
      await page.keyboard.press('Escape');
      await page.locator(`a[href$="/s/${handle}/today"]`).click();
      await page.locator('.chart canvas').waitFor();
      await seen('today');
      await page.locator('a[href$="/messages"]').first().click();
      await page.locator('.talk').first().waitFor();
      await seen('messages');
      await page.locator('.talk').last().click();
      await page.locator('.message').first().waitFor();
      await seen('conversation');
      await page.getByRole('button', { name: language === 'es' ? 'Ajustes' : 'Settings' }).click();
      await seen('settings');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

// Debian's Chromium, and pages of it that are signed in.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { handle, password, people, url } from './api.mjs';

const shots = new URL('../shots/', import.meta.url);
mkdirSync(shots, { recursive: true });

export const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=user-gesture-required',
    ],
  });

/** A page of a fresh browser profile. What it says in its console that is wrong is kept in `page.faults`. */
export async function openPage(browser, { size = 'desktop', theme = 'light', language = 'es', base = url, setUp } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: sizes[size],
    locale: language === 'es' ? 'es-NI' : 'en-US',
    timezoneId: 'America/Managua',
    colorScheme: theme,
    ...(size !== 'desktop' && { hasTouch: true }),
    ...(size === 'phone' && { isMobile: true, deviceScaleFactor: 2 }),
  });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_|WebSocket connection/.test(message.text())) page.faults.push(message.text());
  });
  await setUp?.(page);
  return page;
}

export const labels = {
  es: { login: 'Teléfono o correo', password: 'Contraseña', submit: 'Entrar' },
  en: { login: 'Phone or e-mail', password: 'Password', submit: 'Sign in' },
};

export async function fillSignIn(page, { who = 'bruno', language = 'es', secret = password } = {}) {
  const words = labels[language];
  await page.getByLabel(words.login).fill(people[who]);
  await page.getByLabel(words.password, { exact: true }).fill(secret);
  await page.getByRole('button', { name: words.submit, exact: true }).click();
}

/** Signs in by the form, and waits until the board is live. */
export async function signedIn(browser, options = {}) {
  const page = await openPage(browser, options);
  await page.goto(options.path ?? `/dashboard/s/${handle}/orders`);
  await fillSignIn(page, options);
  await isLive(page);
  return page;
}

export const isLive = (page) => page.locator('[data-connection="live"]').waitFor({ timeout: 30_000 });

export const card = (page, id, column) =>
  page.locator(`${column ? `[data-column="${column}"] ` : ''}[data-order="${id}"]`);

/** What a column's title says that stands in it. */
export const countOf = async (page, column) =>
  Number((await page.locator(`[data-column="${column}"] .count`).textContent()).replace(/\D/g, ''));

export async function shoot(page, name) {
  await page.screenshot({ path: new URL(`${name}.png`, shots).pathname });
}

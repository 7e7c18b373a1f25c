import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { headlessChromium } from '@chatlane/testing';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { startSimulator } from '@chatlane/simulator';
import { createPageApp } from '../src/page-app.js';
import { startEchoBot } from './echo-bot.testkit.js';

/** A playground with a bot, and a browser to test the page in. */
export type TestBrowser = Awaited<ReturnType<typeof startBrowser>>;

export async function startBrowser() {
  await buildPage();
  const playground = await startSimulator({ page: createPageApp() });
  const echoBot = await startEchoBot(playground);
  const browser = await chromium.launch(headlessChromium());
  const faults: string[] = [];

  /** Opens a window. Everything logged as an error, and every request to another host, is recorded as a fault. */
  async function openWindow(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage(options);
    // Shorter than jest's own limit, so that a failure names the step.
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') faults.push(line.text());
    });
    page.on('request', (request) => {
      const own = [playground.url, 'blob:'].some((start) => request.url().startsWith(start));
      if (!own) faults.push(`a request to ${request.url()}`);
    });
    return page;
  }

  /** Opens the page for a newly created user. */
  async function openPage(firstName = 'Ada', options: BrowserContextOptions = {}) {
    const user = await playground.post<{ id: number }>('users', { first_name: firstName });
    const page = await openWindow(options);
    await page.goto(`${playground.url}/#${user.id}/${user.id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const field = page.getByLabel('Message', { exact: true });
    return { page, user, field, log: page.getByRole('log') };
  }

  return {
    playground,
    openWindow,
    openPage,
    /** Closes all windows and returns the faults they recorded. */
    async clear(): Promise<string[]> {
      await Promise.all(browser.contexts().map((context) => context.close()));
      return faults.splice(0);
    },
    async stop() {
      await browser.close();
      await echoBot.stop();
      await playground.stop();
    },
  };
}

/** Types a message into the composer and sends it. */
export async function write(page: Page, text: string): Promise<void> {
  const field = page.getByLabel('Message', { exact: true });
  await field.fill(text);
  await field.press('Enter');
}

/** Bundles the page from source, so that a test never sees a stale one. */
async function buildPage(): Promise<void> {
  const script = fileURLToPath(new URL('../build-page.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script]);
}

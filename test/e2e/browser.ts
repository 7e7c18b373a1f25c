import { headlessChromium } from '@chatlane/testing';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Somebody who talks to the bot on the playground's page. */
export interface Person {
  readonly page: Page;
  /** Of the user, and of the private chat with the bot. */
  id(): number;
  press(button: string): Promise<void>;
  write(text: string): Promise<void>;
  /** Waits for the bot's next message in the window, and gives its text. */
  hears(): Promise<string>;
  /** What the page complained about. */
  faults: string[];
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch(headlessChromium());
}

/** Opens the page in a window of its own. */
export async function openPerson(browser: Browser, url: string): Promise<Person> {
  const page = await browser.newPage();
  // Below jest's own limit, so that a failure names the step.
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(url);
  const field = page.getByLabel('Message', { exact: true });
  const answers = page.getByRole('log').locator('.row-other .bubble-text');
  let heard = 0;
  return {
    page,
    id: () => Number(new URL(page.url()).hash.split('/')[1]),
    press: (button) => page.getByRole('button', { name: button, exact: true }).click(),
    async write(text) {
      await field.fill(text);
      await field.press('Enter');
    },
    async hears() {
      const text = await answers.nth(heard).innerText();
      heard += 1;
      return text;
    },
    faults,
  };
}

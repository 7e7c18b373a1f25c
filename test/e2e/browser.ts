import { headlessChromium } from '@chatlane/testing';
import { chromium, type Browser, type Page } from 'playwright-core';

/** A user who talks to the bot on the playground's page. */
export interface Person {
  readonly page: Page;
  /** The id of the user and of the private chat with the bot. */
  id(): number;
  press(button: string): Promise<void>;
  write(text: string): Promise<void>;
  /** Waits for the bot's next message in the window; resolves with its text. */
  hears(): Promise<string>;
  /** The errors of the page. */
  faults: string[];
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch(headlessChromium());
}

/** Opens the page in a new window. */
export async function openPerson(browser: Browser, url: string): Promise<Person> {
  const page = await browser.newPage();
  // Shorter than jest's time limit, so that a failure names the step.
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(url);
  const field = page.getByLabel('Message', { exact: true });
  const answers = page.getByRole('log').locator('.row-other .bubble-text');
  let seen = 0;
  return {
    page,
    id: () => Number(new URL(page.url()).hash.split('/')[1]),
    press: (button) => page.getByRole('button', { name: button, exact: true }).click(),
    async write(text) {
      await field.fill(text);
      await field.press('Enter');
    },
    async hears() {
      const text = await answers.nth(seen).innerText();
      seen += 1;
      return text;
    },
    faults,
  };
}

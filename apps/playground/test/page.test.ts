import { until } from '@chatlane/testing';
import { startBrowser, write, type TestBrowser } from './browser.testkit.js';

let browser: TestBrowser;
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.stop());

afterEach(async () => {
  expect(await browser.clear()).toEqual([]);
});

describe('the page', () => {
  it('explains to a new user how to begin, and starts the bot', async () => {
    const page = await browser.openWindow();
    await page.goto(browser.playground.url);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('log').getByText('Hello').waitFor();
    await page.getByText('Webhook', { exact: true }).waitFor();
  });

  it('sends with Enter, inserts a line break with Shift+Enter, and shows the answer', async () => {
    const { page, log, field } = await browser.openPage();
    await field.pressSequentially('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await field.press('Enter');
    await log.getByText('Heard one two').waitFor();
    expect(await field.inputValue()).toBe('');
    expect(await log.locator('.row-own').innerText()).toContain('one\ntwo');
    await page.reload();
    await log.getByText('Heard one two').waitFor();
  });

  it('presses an inline button, shows the edit, and shows the answer as a toast or an alert', async () => {
    const { page, log } = await browser.openPage();
    await write(page, '/menu');
    expect(await log.getByRole('link', { name: 'Terms' }).getAttribute('href')).toBe(
      'https://example.org/terms',
    );
    await log.getByRole('button', { name: 'Why?' }).click();
    await page.getByRole('dialog').getByText('Because you must choose.').waitFor();
    await page.getByRole('button', { name: 'OK' }).click();
    await log.getByRole('button', { name: 'Confirm' }).click();
    await log.getByText('It is settled.').waitFor();
    await log.getByText('edited').waitFor();
    await page.getByRole('status').getByText('Saved').waitFor();
    expect(await log.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  });

  it('shows the reply keyboard, shares a contact from it, and hides it after one use', async () => {
    const { page, log } = await browser.openPage();
    const keys = page.getByRole('group', { name: 'Reply keyboard' });
    await write(page, '/keyboard');
    await keys.getByRole('button', { name: 'Yes' }).click();
    await log.getByText('Heard Yes').waitFor();
    await keys.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Show the keyboard' }).click();
    await keys.getByRole('button', { name: 'Share my phone' }).click();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await log.getByText('Heard +1555').waitFor();
  });

  it('replies when the bot forces a reply', async () => {
    const { page, log } = await browser.openPage();
    await write(page, '/ask');
    await page.getByText('Reply to').waitFor();
    await write(page, 'Ada');
    await log.getByText('Heard Ada').waitFor();
    await page.getByText('Reply to').waitFor({ state: 'detached' });
  });

  it('lists the commands while the user types, and sends the chosen one', async () => {
    const { page, log, field } = await browser.openPage();
    const options = page.getByRole('option');
    await field.pressSequentially('/');
    await options.nth(1).waitFor();
    await field.press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).innerText()).toContain('/menu');
    await field.pressSequentially('st');
    expect(await options.count()).toBe(1);
    await field.press('Enter');
    await log.getByText('Hello!').waitFor();
    await page.getByRole('button', { name: 'Commands' }).click();
    await options.filter({ hasText: '/menu' }).click();
    await log.getByText('Is that right?').waitFor();
  });

  it('renders entities as elements and never interprets text as HTML', async () => {
    const { page, log } = await browser.openPage();
    await write(page, '/rich');
    const link = log.getByRole('link', { name: 'link' });
    expect(await link.getAttribute('href')).toBe('https://example.org/');
    expect(await log.locator('b', { hasText: 'bold' }).count()).toBe(1);
    await log.getByText('<img src=x>').waitFor();
    await write(page, '<b>mine</b>');
    await log.getByText('<b>mine</b>', { exact: true }).waitFor();
  });

  it("shows the bot's chat action until it sends a message", async () => {
    const { page, log } = await browser.openPage();
    const header = page.locator('.chat-header');
    await write(page, '/work');
    await header.getByText('typing').waitFor();
    await write(page, 'hello');
    await log.getByText('Heard hello').waitFor();
    await header.getByText('typing').waitFor({ state: 'detached' });
  });

  it("shows the bot's growing draft until the message arrives", async () => {
    const { page, log } = await browser.openPage();
    const draft = log.getByRole('article', { name: 'The bot is writing' });
    await write(page, '/draft');
    await draft.getByText('Once upon a time', { exact: true }).waitFor();
    await write(page, 'hello');
    await log.getByText('Heard hello').waitFor();
    await draft.waitFor({ state: 'detached' });
  });

  it("edits the user's own message, by arrow key or from the menu", async () => {
    const { page, log, field } = await browser.openPage();
    await write(page, 'firts');
    await log.getByText('Heard firts').waitFor();
    await field.press('ArrowUp');
    await page.getByText('Edit message').waitFor();
    await field.fill('first');
    await field.press('Enter');
    await log.locator('.row-own').getByText('edited').waitFor();
    await log.locator('.row-own .row-bubble').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await until(async () => (await field.inputValue()) === 'first');
    await field.press('Escape');
    await until(async () => (await field.inputValue()) === '');
  });

  it('sends a photo and a file with captions', async () => {
    const { page, log } = await browser.openPage();
    const caption = page.getByLabel('Caption');
    await page.setInputFiles('[data-kind=photo]', {
      name: 'p.png',
      mimeType: 'image/png',
      buffer: pixel,
    });
    await caption.fill('sunset');
    await caption.press('Enter');
    await log.getByText('Heard a photo sunset').waitFor();
    await page.waitForFunction('document.querySelector(".photo img").naturalWidth === 1');
    // The bot's message can arrive before the response to the upload, which closes the dialog.
    await caption.waitFor({ state: 'detached' });
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hi') };
    await page.setInputFiles('[data-kind=document]', file);
    // Keys go to the focused element, and a dialog has the focus only once it is shown.
    await caption.waitFor();
    await caption.press('Enter');
    await log.getByText('Heard notes.txt').waitFor();
    expect(await log.getByRole('link', { name: 'notes.txt' }).getAttribute('download')).toBe(
      'notes.txt',
    );
  });

  it('sends an album of photos as one message, and shows it as one', async () => {
    const { page, log } = await browser.openPage();
    const files = ['a.png', 'b.png', 'c.png'].map((name) => ({
      name,
      mimeType: 'image/png',
      buffer: pixel,
    }));
    await page.setInputFiles('[data-kind=photo]', files);
    await page.getByRole('dialog').getByText('Send 3 files as album').waitFor();
    await page.getByLabel('Caption').fill('three');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await log.getByText('Heard a photo three').waitFor();
    await until(async () => (await log.locator('.row-own .photo img').count()) === 3);
    expect(await log.locator('.row-own').count()).toBe(1);
    expect(await log.locator('.row-own').innerText()).toContain('three');
  });

  it('sends a large generated file', async () => {
    const { page, log } = await browser.openPage();
    await page.getByRole('button', { name: 'Attach' }).click();
    await page.getByRole('menuitem', { name: 'Large file' }).click();
    await page.getByLabel('Size in MB').fill('1999');
    await page.getByLabel('Type').selectOption('PDF');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await log.getByText('Heard large.pdf').waitFor();
    await log.getByText('1999.0 MB').waitFor();
  });
});

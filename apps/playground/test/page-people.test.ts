import type { Page } from 'playwright-core';
import { startSimulator } from '@chatlane/simulator';
import { until } from '@chatlane/testing';
import { createPageApp } from '../src/page-app.js';
import { startBrowser, write, type TestBrowser } from './browser.testkit.js';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.stop());

afterEach(async () => {
  expect(await browser.clear()).toEqual([]);
});

async function switcher(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Switch user' }).click();
}

function backgroundOf(page: Page): Promise<string> {
  return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
}

describe('the page with several users and chats', () => {
  it('creates a user, switches to them, and counts the messages the other user missed', async () => {
    const { page, user, log } = await browser.openPage('Grace');
    await switcher(page);
    await page.getByRole('menuitem', { name: 'New user' }).click();
    await page.getByLabel('First name').fill('Alan');
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('button', { name: 'You are Alan' }).waitFor();
    await write(page, 'I am new here');
    await log.getByText('Heard I am new here').waitFor();
    browser.playground.say(user.id, 'psst');
    await page.getByLabel('New messages for another user').waitFor();
    await switcher(page);
    await page.getByRole('menuitemradio', { name: 'Grace' }).click();
    await log.getByText('Heard psst').waitFor();
    expect(await log.getByText('I am new here').count()).toBe(0);
  });

  it('opens a group, where authors are named and commands mention the bot', async () => {
    const { page, user, log } = await browser.openPage('Mary');
    const other = await browser.playground.post<{ id: number }>('users', { first_name: 'Joan' });
    await switcher(page);
    await page.getByRole('menuitem', { name: 'New group' }).click();
    await page.getByLabel('Title').fill('Lane keepers');
    await page.getByLabel('Role of Joan').selectOption('member');
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('heading', { name: 'Lane keepers' }).waitFor();
    await write(page, 'Good evening');
    await log.getByText('Heard Good evening').waitFor();
    const views = await browser.playground.get<
      { chat: { id: number; title?: string }; admins: number[] }[]
    >(`chats?user_id=${other.id}`);
    const group = views.find(({ chat }) => chat.title === 'Lane keepers');
    expect(group?.admins).toContain(user.id);
    const hello = { chat_id: group?.chat.id, from_id: other.id, text: 'Hello Mary' };
    await browser.playground.post('messages', hello);
    await log.getByRole('article', { name: 'Joan' }).getByText('Hello Mary').waitFor();
    await page.getByRole('button', { name: 'Commands' }).click();
    await page.getByRole('option').first().click();
    await log
      .locator('.row-own')
      .getByText(/^\/start@\w+$/)
      .waitFor();
  });

  it('upgrades a group to a supergroup, and switches to it', async () => {
    const { page, user, log } = await browser.openPage('Nell');
    const group = { type: 'group', title: 'Growing', member_ids: [user.id], admin_ids: [user.id] };
    const { chat } = await browser.playground.post<{ chat: { id: number } }>('chats', group);
    await page.goto(`${browser.playground.url}/#${user.id}/${chat.id}`);
    await write(page, 'before');
    await log.getByText('Heard before').waitFor();
    await page.getByRole('button', { name: 'Group actions' }).click();
    await page.getByRole('menuitem', { name: 'Upgrade to supergroup' }).click();
    await log.getByText('The group was upgraded to a supergroup').waitFor();
    await write(page, 'after');
    await log.getByText('Heard after').waitFor();
    expect(await log.getByText('before').count()).toBe(0);
    expect(await page.getByRole('navigation').getByText('Growing').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Group actions' }).count()).toBe(0);
  });

  it('counts new messages of a chat that is not open, and follows new messages unless scrolled up', async () => {
    const { page, user, log } = await browser.openPage('Edith');
    for (let line = 1; line <= 25; line += 1) browser.playground.say(user.id, `line ${line}`);
    await log.getByText('Heard line 25').waitFor();
    const box = 'document.querySelector("[role=log]")';
    const fromEnd = () =>
      page.evaluate<number>(`${box}.scrollHeight - ${box}.scrollTop - ${box}.clientHeight`);
    await until(async () => (await fromEnd()) < 2);
    await page.evaluate(`${box}.scrollTo(0, 0)`);
    const down = page.getByRole('button', { name: 'Go to the end' });
    await down.waitFor();
    await browser.playground.api('sendMessage', { chat_id: user.id, text: 'one more' });
    await page.getByRole('button', { name: '1 new, go to the end' }).click();
    await until(async () => (await fromEnd()) < 2);
    await down.waitFor({ state: 'detached' });

    await page.goto(`${browser.playground.url}/#${user.id}`);
    await page.getByText('Select a chat').waitFor();
    browser.playground.say(user.id, 'unseen');
    await page.getByRole('navigation').getByLabel('1 new').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'unseen' }).click();
    await page.getByLabel('1 new').waitFor({ state: 'detached' });
  });

  it('shows the date over the messages only while they are scrolled', async () => {
    const { page, user, log } = await browser.openPage('Tove');
    const opacity = () =>
      page.evaluate<string>('getComputedStyle(document.querySelector(".pill-day")).opacity');
    await write(page, 'short');
    await log.getByText('Heard short').waitFor();
    expect(await opacity()).toBe('1');
    for (let line = 1; line <= 25; line += 1) browser.playground.say(user.id, `line ${line}`);
    await log.getByText('Heard line 25').waitFor();
    await until(async () => (await opacity()) === '0');
    await page.evaluate('document.querySelector("[role=log]").scrollBy(0, -50)');
    await until(async () => (await opacity()) === '1');
    await until(async () => (await opacity()) === '0');
    await page.evaluate('document.querySelector("[role=log]").scrollTo(0, 0)');
    await until(async () => (await opacity()) === '1');
  });

  it("follows the system's dark mode", async () => {
    const { page } = await browser.openPage('Dora', { colorScheme: 'light' });
    const light = await backgroundOf(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(light).toBe('rgb(255, 255, 255)');
    expect(await backgroundOf(page)).toBe('rgb(23, 33, 43)');
  });

  it('shows either the list or the chat on a phone, and switches between them', async () => {
    const { page, log } = await browser.openPage('Fay', { viewport: { width: 390, height: 844 } });
    const list = page.getByRole('navigation', { name: 'Chats' });
    await write(page, 'from the bus');
    await log.getByText('Heard from the bus').waitFor();
    expect(await list.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back to the chats' }).click();
    await list.getByText('Heard from the bus').click();
    await log.getByText('Heard from the bus').waitFor();
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBe(390);
  });

  it('shows an error as a sentence and keeps the unsent text', async () => {
    const { page, field } = await browser.openPage('Ruth');
    await page.route('**/play/messages', (route) =>
      route.fulfill({ status: 400, json: { error: 'text: must be kinder' } }),
    );
    await write(page, 'unkind words');
    await page.getByRole('alert').getByText('text: must be kinder').waitFor();
    await until(async () => (await field.inputValue()) === 'unkind words');
    await browser.clear();
  });

  it('reports a lost connection and reconnects on its own', async () => {
    const first = await startSimulator({ page: createPageApp() });
    const page = await browser.openWindow();
    await page.goto(first.url);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('log').getByText('/start').waitFor();
    await first.stop();
    const banner = page.getByText('Connection to the playground lost');
    await banner.waitFor();
    const second = await startSimulator({
      page: createPageApp(),
      port: Number(new URL(first.url).port),
    });
    await banner.waitFor({ state: 'detached' });
    // The new playground has no users yet, so its page starts from scratch.
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('log').getByText('/start').waitFor();
    expect(await second.get('users')).toHaveLength(1);
    await browser.clear();
    await second.stop();
  });

  const bot = '@chatlane_playground_bot';

  it("queries the bot while its name is typed, sends the chosen result, and shows the bot's edit of it", async () => {
    const { page, log, field } = await browser.openPage();
    const results = page.getByRole('option');
    await field.pressSequentially(`${bot} tea`);
    await results.first().waitFor();
    expect(await results.first().innerText()).toContain('tea no. 0');
    expect(await results.count()).toBe(20);
    await page.evaluate('document.querySelector(".inline-results").scrollTo(0, 9999)');
    await until(async () => (await results.count()) === 40);
    await field.press('ArrowDown');
    await field.press('Enter');
    await log.getByText('A cup of tea no. 1').waitFor();
    expect(await field.inputValue()).toBe('');
    expect(await log.locator('.row-own').innerText()).toContain(`via ${bot}`);
    await log.getByRole('button', { name: 'Brew' }).click();
    await log.getByText('Brewed.').waitFor();
  });

  it('switches to the bot and back with its buttons, and fills the composer of this or another chat', async () => {
    const { page, user, log, field } = await browser.openPage('Mia');
    const group = { type: 'group', title: 'Tea room', member_ids: [user.id], admin_ids: [user.id] };
    const { chat } = await browser.playground.post<{ chat: { id: number } }>('chats', group);
    await write(page, '/search');
    await log.getByRole('button', { name: 'Search here' }).click();
    await until(async () => (await field.inputValue()) === `${bot} tea`);
    await field.press('Escape');
    await field.fill('');
    await log.getByRole('button', { name: 'Search elsewhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tea room' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tea room' }).waitFor();
    await until(async () => (await field.inputValue()) === `${bot} tea`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await log.getByText('Welcome back').waitFor();
    await log.getByRole('button', { name: 'Search elsewhere' }).last().click();
    await page.getByRole('heading', { level: 1, name: 'Tea room' }).waitFor();
    await page.getByRole('option', { name: 'tea no. 3', exact: true }).click();
    await log.getByText('A cup of tea no. 3').waitFor();
    expect(page.url()).toContain(String(chat.id));
  });

  it('votes in polls, retracts a vote, and marks a wrong quiz answer', async () => {
    const { page, log } = await browser.openPage('Vera');
    await write(page, '/poll');
    await log.getByRole('button', { name: 'Black' }).click();
    await log.getByText('1 vote', { exact: true }).waitFor();
    expect(await log.getByText('100%').count()).toBe(1);
    await log.getByRole('button', { name: 'Retract vote' }).click();
    await log.getByText('No votes yet').waitFor();
    await write(page, '/poll many');
    await log.getByRole('checkbox', { name: 'Green' }).click();
    await log.getByRole('checkbox', { name: 'None' }).click();
    await log.getByRole('button', { name: 'Vote', exact: true }).click();
    await until(async () => (await log.getByLabel('your vote').count()) === 2);
    await write(page, '/quiz');
    await log.getByRole('button', { name: '5', exact: true }).click();
    await log.getByLabel('your vote, wrong answer').waitFor();
  });

  it('shows pinned messages, scrolls to them, and unpins them', async () => {
    const { page, log, user } = await browser.openPage('Pia');
    await write(page, '/pin');
    const bar = page.locator('.pinned-bar');
    await bar.getByText('/pin').waitFor();
    for (let line = 1; line <= 20; line += 1) browser.playground.say(user.id, `line ${line}`);
    await log.getByText('Heard line 20').waitFor();
    const first = log.locator('.row-own').first();
    await bar.getByRole('button', { name: 'Pinned message' }).click();
    await until(async () => {
      const box = await first.boundingBox();
      return box !== null && box.y > 0;
    });
    await log.locator('.row-bubble').nth(3).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Pin', exact: true }).click();
    await bar.getByText('Pinned message 2 of 2').waitFor();
    await bar.getByRole('button', { name: 'Unpin' }).click();
    await bar.getByRole('button', { name: 'Unpin' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  it('splits a text that is too long for one message', async () => {
    const { log, field } = await browser.openPage('Lena');
    await field.fill(`${'word '.repeat(900)}end`);
    await field.press('Enter');
    await until(async () => (await log.locator('.row-own').count()) === 2);
    expect(await log.locator('.row-own').last().innerText()).toContain('word end');
  });

  it('counts the bot as a member, and plays a video message on click', async () => {
    const { page, user, log } = await browser.openPage('Rosa', {
      viewport: { width: 390, height: 844 },
    });
    const group = { type: 'group', title: 'Two', member_ids: [user.id], admin_ids: [user.id] };
    const { chat } = await browser.playground.post<{ chat: { id: number } }>('chats', group);
    await page.goto(`${browser.playground.url}/#${user.id}/${chat.id}`);
    await page.getByText('2 members').waitFor();
    const note = { chat_id: chat.id, from_id: user.id, kind: 'video_note', size: 5_000 };
    await browser.playground.post('files', note);
    await log.getByRole('button', { name: 'Play the video message' }).click();
    await page.getByLabel('Message', { exact: true }).fill(`${bot} tea`);
    await page.getByRole('option').first().waitFor();
  });
});

import { connectRedis } from '@chatlane/redis';
import { startRedisServer, startRedisWith } from '@chatlane/testing';
import { createAdmins } from './admins.js';
import { ann, bea, group, message, openTurns, press } from './chat.testkit.js';
import { adminOnly } from './guards.js';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);
let deployments = 0;

const channel = { id: -1009, type: 'channel', title: 'Channel' };
const anonymous = { id: 1087968824, is_bot: true, first_name: 'Group' };
const inGroup = (content: object = {}) => message({ chat: group, text: 'hello', ...content });
const pressInGroup = press('x', { message: { message_id: 9, date: 0, chat: group } });

/** Two workers with a bot in a group, whose only admin is Ann at first. */
function openGroup(connection = redis, timeoutMs = 60_000) {
  const turns = openTurns();
  const name = `bot${(deployments += 1)}`;
  const [one, other] = [0, 1].map(() => createAdmins({ redis: connection, name, timeoutMs }));
  const appoint = (...users: { id: number }[]) =>
    turns.telegram.answers.set(
      'getChatAdministrators',
      users.map((user) => ({ user, status: 'administrator' })),
    );
  appoint(ann);
  return {
    ...turns,
    name,
    appoint,
    admits: (update: object, turn = {}) =>
      turns.passes(adminOnly(one!, 'Admins only.'), update, turn),
    admitsAtOther: (update: object) => turns.passes(adminOnly(other!), update),
    tell: (update: object) => turns.passes(other!.middleware(), update),
    lookups: () => turns.telegram.calls.filter(({ method }) => method === 'getChatAdministrators'),
  };
}

const change = (before: string, after: string) => ({
  chat_member: {
    chat: group,
    from: bea,
    date: 1,
    old_chat_member: { user: ann, status: before },
    new_chat_member: { user: ann, status: after },
  },
});

describe('adminOnly', () => {
  it('passes messages and presses by admins, and answers those by others', async () => {
    const { admits, said } = openGroup();
    expect(await admits(inGroup())).toBe(true);
    expect(await admits(pressInGroup)).toBe(true);
    expect(await admits(inGroup({ from: bea }))).toBe(false);
    expect(said()).toEqual(['Admins only.']);
  });

  it('asks Telegram once for all workers, and again when the cached list has expired', async () => {
    const { admits, admitsAtOther, lookups, name } = openGroup();
    expect([await admits(inGroup()), await admitsAtOther(inGroup())]).toEqual([true, true]);
    expect(lookups()).toHaveLength(1);
    expect(await redis.ttl(`{${name}}:admins:${group.id}`)).toBeGreaterThan(0);
    await redis.del(`{${name}}:admins:${group.id}`);
    await admits(inGroup());
    expect(lookups()).toHaveLength(2);
  });

  it.each([
    change('administrator', 'member'),
    { my_chat_member: change('member', 'administrator').chat_member },
  ])('drops the cached list on %j', async (update) => {
    const { admits, appoint, tell } = openGroup();
    expect(await admits(inGroup())).toBe(true);
    appoint(bea);
    expect(await tell(update)).toBe(true);
    expect([await admits(inGroup()), await admits(inGroup({ from: bea }))]).toEqual([false, true]);
  });

  it('keeps the cached list while plain members join and leave', async () => {
    const { admits, tell, lookups } = openGroup();
    await admits(inGroup());
    await tell(change('left', 'member'));
    await admits(inGroup());
    expect(lookups()).toHaveLength(1);
  });

  it('passes anonymous admins, but not channels', async () => {
    const { admits, lookups } = openGroup();
    expect(await admits(inGroup({ from: anonymous, sender_chat: group }))).toBe(true);
    const asChannel = { from: { ...ann, id: 136817688 }, sender_chat: channel };
    expect(await admits(inGroup(asChannel))).toBe(false);
    const linked = { ...asChannel, from: { ...ann, id: 777000 }, is_automatic_forward: true };
    expect(await admits(inGroup(linked))).toBe(false);
    // `from` does not count when the message was sent as a chat.
    expect(await admits(inGroup({ from: ann, sender_chat: channel }))).toBe(false);
    expect(lookups()).toEqual([]);
  });

  it('checks the user who pressed a button, not the sender of its message', async () => {
    const { admits } = openGroup();
    const shown = { message_id: 9, date: 1, chat: group, from: anonymous, sender_chat: group };
    expect(await admits(press('x', { message: shown, from: bea }))).toBe(false);
  });

  it('passes nothing in private chats and without a chat, and does not ask Telegram', async () => {
    const { admits, lookups } = openGroup();
    expect(await admits(message())).toBe(false);
    expect(await admits(press('x', { message: undefined, inline_message_id: 'i' }))).toBe(false);
    expect(lookups()).toEqual([]);
  });

  it('does not cache a list that a turn received after its end', async () => {
    const { admits, name } = openGroup();
    await admits(inGroup(), { signal: AbortSignal.abort() });
    expect(await redis.exists(`{${name}}:admins:${group.id}`)).toBe(0);
  });

  it('asks Telegram each time while Redis is unavailable, and rejects when Telegram fails', async () => {
    const stopped = await startRedisServer();
    const connection = connectRedis({ url: stopped.url, name: 'test', whenDown: 'fail-fast' });
    await stopped.stop();
    const { admits, lookups, telegram } = openGroup(connection, 2_000);
    expect([await admits(inGroup()), await admits(inGroup())]).toEqual([true, true]);
    expect(lookups()).toHaveLength(2);
    telegram.answers.set('getChatAdministrators', new Error('no answer'));
    await expect(admits(inGroup())).rejects.toThrow('no answer');
    connection.disconnect();
  });
});

import type { Turn } from '../src/index.js';
import { deploymentKeys } from '../src/keys.js';
import { recordingObserver, startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
beforeEach(async () => {
  lanes = await startLanes();
});
afterEach(() => lanes.stop());

const group = { id: -100, type: 'supergroup' };
const anonymous = { id: 1087968824, is_bot: true, first_name: 'Group' };
const channel = { id: -200, type: 'channel' };

type Sender = { from: object; sender_chat?: object };
const user = (id: number): Sender => ({ from: { id, is_bot: false, first_name: 'A' } });
const anonymousAdmin: Sender = { from: anonymous, sender_chat: group };
const asChannel: Sender = { from: anonymous, sender_chat: channel };

const textUpdate = (updateId: number, sender: Sender, text: string, more: object = {}): object => ({
  update_id: updateId,
  message: {
    message_id: updateId,
    date: 1,
    chat: group,
    ...sender,
    text,
    entities: [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]!.length }],
    ...more,
  },
});

/** Another chat, whose own `/cancel` proves that all earlier interruptions have arrived. */
const OTHER_CHAT = 9;

/**
 * The outcomes of two turns: the turn of the event that `pushFirst` stores, during which `interrupting` arrives, and
 * the turn of `interrupting`. The first turn ends when its signal is aborted, or once the worker has received the
 * interruption.
 */
async function outcome(
  pushFirst: () => Promise<unknown>,
  interrupting: object,
  publish: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const { observer, turns } = recordingObserver();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const begun: Turn[] = [];
  await lanes.worker(
    async (turn) => {
      begun.push(turn);
      if (begun.length > 2) return;
      turn.sessions.stage(turn.sessionKey!, '"kept"');
      await new Promise<void>((resolve, reject) => {
        void released.then(resolve);
        turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error));
      });
    },
    { observer, botUsername: () => 'lane_bot' },
  );
  await pushFirst();
  await lanes.push(OTHER_CHAT, 50);
  await until(() => begun.length === 2);
  expect(await lanes.pushUpdate(interrupting)).toBe('stored');
  await publish();
  await lanes.push(OTHER_CHAT, 51, '/cancel');
  await until(() => turns.includes('50 cancelled'));
  release();
  await until(() => turns.length === 4);
  return turns.filter((turn) => !/^5[01] /.test(turn));
}

const outcomeOf = (running: object, interrupting: object): Promise<string[]> =>
  outcome(() => lanes.pushUpdate(running), interrupting);

describe('/cancel in a group', () => {
  it.each([
    ['of a user', user(1), user(1)],
    ['of an anonymous administrator', anonymousAdmin, anonymousAdmin],
    ['of a channel', asChannel, asChannel],
  ])('stops the turn %s by the same sender, and drops its writes', async (_, running, stopping) => {
    const turns = await outcomeOf(
      textUpdate(1, running, 'long'),
      textUpdate(2, stopping, '/cancel'),
    );
    expect(turns).toEqual(['1 cancelled', '2 done']);
    const sessions = await lanes.redis.keys(`${lanes.keysOf('c:-100').sessions('c:-100')}*`);
    expect(sessions).toEqual([]);
  });

  it.each([
    ['of another user', user(1), user(666)],
    ['of an anonymous administrator, by a user', anonymousAdmin, user(1)],
    ['of a user, by an anonymous administrator', user(1), anonymousAdmin],
    ['of a channel, by a user', asChannel, user(1)],
    ['of a user, by the same user as a channel', user(1), asChannel],
  ])('does not stop the turn %s', async (_, running, stopping) => {
    const turns = await outcomeOf(
      textUpdate(1, running, 'long'),
      textUpdate(2, stopping, '/cancel'),
    );
    expect(turns).toEqual(['1 done', '2 done']);
    const sessions = await lanes.redis.keys(`${lanes.keysOf('c:-100').sessions('c:-100')}*`);
    expect(sessions).toHaveLength(1);
  });

  it.each([
    ['/cancel@lane_bot', 'cancelled'],
    ['/CANCEL@Lane_Bot now', 'cancelled'],
    ['/cancel@other_bot', 'done'],
  ])('sent as %s leaves the turn %s', async (text, how) => {
    const turns = await outcomeOf(textUpdate(1, user(1), 'long'), textUpdate(2, user(1), text));
    expect(turns).toEqual([`1 ${how}`, '2 done']);
  });

  it('stops a turn when it is sent as a caption', async () => {
    const caption = { type: 'bot_command', offset: 0, length: 7 };
    const photo = textUpdate(2, user(1), '', { caption: '/cancel', caption_entities: [caption] });
    expect(await outcomeOf(textUpdate(1, user(1), 'long'), photo)).toEqual([
      '1 cancelled',
      '2 done',
    ]);
  });

  it('does not stop the turn of a payment', async () => {
    const paid = textUpdate(1, user(1), '', { successful_payment: { currency: 'XTR' } });
    expect(await outcomeOf(paid, textUpdate(2, user(1), '/cancel'))).toEqual(['1 done', '2 done']);
  });
});

describe('a message published by another version', () => {
  it.each(['c:7|9', 'c:7', '', '|||', '{"lane":"c:7"}'])('stops no turn: %j', async (message) => {
    const { redis } = lanes;
    const publish = () => redis.publish(deploymentKeys('test').interrupt(0), message);
    const turns = await outcome(() => lanes.push(7, 1), textUpdate(2, user(1), 'hello'), publish);
    expect(turns.sort()).toEqual(['1 done', '2 done']);
  });
});

describe('an internal event', () => {
  it("is not stopped by its user's /cancel", async () => {
    const event = { type: 'internal', id: 'f1', kind: 'file_ready', payload: {} } as const;
    const push = () => lanes.intake.pushInternal(event, 'c:-100', '1');
    const turns = await outcome(push, textUpdate(2, user(1), '/cancel'));
    expect(turns).toEqual(['e-f1 done', '2 done']);
  });
});

describe('stopped_message_generation', () => {
  const stopped = (chat: number): object => ({
    update_id: 2,
    stopped_message_generation: { chat: { id: chat, type: 'private' }, draft_id: 1 },
  });

  it.each([
    [7, 'cancelled'],
    [8, 'done'],
  ])('stops only a turn of its own chat (turn in 7, sent in %i: %s)', async (chat, how) => {
    const turns = await outcome(() => lanes.push(7, 1), stopped(chat));
    expect(turns.sort()).toEqual([`1 ${how}`, '2 done']);
  });
});

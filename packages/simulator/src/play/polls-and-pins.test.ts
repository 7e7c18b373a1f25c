import type { ChatView } from '../world/chat.js';
import type { Message } from '../world/message.js';
import { startTestSimulator, until, type TestSimulator } from '../simulator.testkit.js';

let playground: TestSimulator;
let group: number;

beforeEach(async () => {
  playground = await startTestSimulator();
  await playground.say(1, 'hello');
  const made = await playground.post<ChatView>('chats', { type: 'group', member_ids: [1, 2] });
  group = made.chat.id;
  await playground.api('getUpdates', { offset: -1 });
});
afterEach(() => playground.stop());

async function updates(): Promise<Record<string, unknown>[]> {
  const { result } = await playground.api('getUpdates', { offset: 0 });
  return (result as Record<string, unknown>[]).slice(1);
}

async function sendPoll(more: object): Promise<Message & { poll: { id: string } }> {
  const poll = { chat_id: group, question: 'Tea?', options: ['yes', 'no', 'later'], ...more };
  const { result } = await playground.api('sendPoll', poll);
  return result as Message & { poll: { id: string } };
}

const vote = (message_id: number, from_id: number, ...option_ids: number[]) =>
  playground.post('votes', { chat_id: group, message_id, from_id, option_ids });

describe('a poll', () => {
  it('counts each voter once, lets them change their vote, and reports votes to the bot', async () => {
    const { message_id, poll } = await sendPoll({ is_anonymous: false });
    await vote(message_id, 1, 0);
    await vote(message_id, 2, 1);
    await vote(message_id, 1, 1);
    const counted = {
      total_voter_count: 2,
      options: [0, 2, 0].map((voter_count) => ({ voter_count })),
    };
    expect(await playground.get(`polls/${poll.id}`)).toMatchObject({
      poll: counted,
      votes: { 1: [1], 2: [1] },
    });
    expect((await playground.get<Message[]>(`chats/${group}/messages`)).at(-1)).toMatchObject({
      poll: counted,
    });
    expect(await updates()).toMatchObject([
      { poll_answer: { poll_id: poll.id, user: { id: 1 }, option_ids: [0] } },
      { poll: { id: poll.id, total_voter_count: 1 } },
      { poll_answer: { user: { id: 2 }, option_ids: [1] } },
      { poll: { total_voter_count: 2 } },
      { poll_answer: { user: { id: 1 }, option_ids: [1] } },
      { poll: counted },
    ]);
  });

  it('hides the voters from the bot when it is anonymous, even when a vote is retracted', async () => {
    const { message_id } = await sendPoll({});
    await vote(message_id, 1, 2);
    await vote(message_id, 1);
    expect(await updates()).toMatchObject([
      { poll: { total_voter_count: 1 } },
      { poll: { total_voter_count: 0, options: [{ voter_count: 0 }, {}, { voter_count: 0 }] } },
    ]);
  });

  it('accepts several answers only when the bot allows them', async () => {
    const one = await sendPoll({});
    const many = await sendPoll({ allows_multiple_answers: true });
    expect(await vote(one.message_id, 1, 0, 1)).toEqual({
      error: 'option_ids: this poll allows one option only',
    });
    expect(await vote(many.message_id, 1, 0, 2)).toMatchObject({
      poll: { total_voter_count: 1, options: [{ voter_count: 1 }, {}, { voter_count: 1 }] },
    });
  });

  it('does not allow a changed answer when it is a quiz', async () => {
    const { message_id } = await sendPoll({ type: 'quiz', correct_option_id: 1 });
    await vote(message_id, 1, 0);
    const error = 'option_ids: votes in this poll cannot be changed';
    expect(await vote(message_id, 1, 1)).toEqual({ error });
    expect(await vote(message_id, 1)).toEqual({ error });
  });

  it('refuses a vote for an option that does not exist', async () => {
    const { message_id } = await sendPoll({});
    expect(await vote(message_id, 1, 3)).toEqual({ error: 'option_ids: the poll has no option 3' });
    expect(await vote(message_id, 1)).toEqual({
      error: 'option_ids: there is no vote to take back',
    });
    expect(await vote(1, 1, 0)).toEqual({
      error: `message_id: message 1 does not exist in chat ${group}`,
    });
  });

  it('refuses votes once the bot has stopped it', async () => {
    const { message_id } = await sendPoll({});
    await vote(message_id, 1, 0);
    const stopped = await playground.api('stopPoll', { chat_id: group, message_id });
    expect(stopped.result).toMatchObject({ is_closed: true, total_voter_count: 1 });
    expect(await vote(message_id, 2, 0)).toEqual({ error: 'option_ids: the poll is closed' });
    expect((await updates()).at(-1)).toMatchObject({ poll: { is_closed: true } });
  });

  it('closes by itself after its open period or at its close date', async () => {
    const { poll } = await sendPoll({});
    const { message_id, ...raw } = await sendPoll({});
    const own = {
      ...raw,
      message_id: message_id + 1,
      poll: { ...raw.poll, id: 'timed', open_period: 5 },
    };
    await playground.post('updates', { message: own });
    await until(async () => {
      const { poll: timed } = await playground.get<{ poll: { is_closed: boolean } }>('polls/timed');
      return timed.is_closed;
    });
    expect(await playground.get(`polls/${poll.id}`)).toMatchObject({ poll: { is_closed: false } });
  });
});

describe('a pinned message', () => {
  const pinned = async () => {
    const views = await playground.get<ChatView[]>('chats?user_id=2');
    return views.find(({ chat }) => chat.id === group)?.pinned;
  };

  it('is listed with the chat, and announced to both sides', async () => {
    const say = { chat_id: group, from_id: 1, text: 'rules' };
    const { message } = await playground.post<{ message: Message }>('messages', say);
    const { message_id } = message;
    await playground.api('pinChatMessage', { chat_id: group, message_id });
    expect(await pinned()).toEqual([message_id]);
    await playground.api('unpinAllChatMessages', { chat_id: group });
    expect(await pinned()).toEqual([]);
    await playground.post('pins', { chat_id: group, from_id: 2, message_id });
    expect(await pinned()).toEqual([message_id]);
    await playground.post('pins', { chat_id: group, from_id: 2, message_id, pinned: false });
    expect(await pinned()).toEqual([]);
    const services = (await updates()).slice(1);
    expect(services).toMatchObject([
      { message: { from: { is_bot: true }, pinned_message: { text: 'rules' } } },
      { message: { from: { id: 2 }, pinned_message: { text: 'rules' } } },
    ]);
  });
});

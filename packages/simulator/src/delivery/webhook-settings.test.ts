import { setUpWebhook, until, type Receiver } from '../simulator.testkit.js';

const test = setUpWebhook({ timeScale: 100 });

const kindsOf = ({ received }: Receiver) => received.map(({ update }) => Object.keys(update)[1]);
/** setWebhook is limited to once a second, which is 10 ms at this time scale. */
const passASecond = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('setWebhook', () => {
  it('reports whether anything changed', async () => {
    const answers: unknown[] = [];
    for (const settings of [{}, {}, { secret_token: 'new' }, { url: '' }]) {
      const { description } = await test.simulator.api('setWebhook', {
        url: test.receiver.url,
        ...settings,
      });
      answers.push(description);
      await passASecond();
    }
    const again = await test.simulator.api('deleteWebhook');
    expect([...answers, again.description]).toEqual([
      'Webhook was set',
      'Webhook is already set',
      'Webhook was set',
      'Webhook was deleted',
      'Webhook is already deleted',
    ]);
  });

  it('is refused a second time within a second', async () => {
    await test.restart({ timeScale: 1 });
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    expect(await test.simulator.api('setWebhook', { url: test.receiver.url })).toEqual({
      http: 429,
      retryAfterHeader: '1',
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
  });

  it.each([
    ['not a url', {}, 'invalid webhook URL specified'],
    ['http://203.0.113.7/x', {}, 'bad webhook: the playground delivers to this machine only'],
    ['https://localhost/x', {}, 'bad webhook: the playground delivers over plain http:// only'],
    ['http://127.0.0.1/', { secret_token: 'a b' }, 'secret token contains unallowed characters'],
    ['http://127.0.0.1/', { secret_token: 'a'.repeat(257) }, 'secret token is too long'],
  ])('refuses %s %j', async (url, settings, reason) => {
    const answer = await test.simulator.api('setWebhook', { url, ...settings });
    expect(answer).toMatchObject({ http: 400, ok: false, error_code: 400 });
    expect(answer.description).toContain(`Bad Request: ${reason}`);
  });

  it('succeeds although nothing listens at the address', async () => {
    const answer = await test.simulator.api('setWebhook', { url: 'http://127.0.0.1:9/' });
    expect(answer).toMatchObject({ ok: true, result: true });
  });

  it('resends requests in flight when settings change, with the same update_id', async () => {
    await test.restart({ timeScale: 10 });
    test.receiver.answer = ({ response }, nth) => nth > 1 && response.end();
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    await test.simulator.say(1, 'x');
    await until(() => test.receiver.received.length === 1);
    await until(async () => {
      return (
        await test.simulator.api('setWebhook', { url: test.receiver.url, max_connections: 7 })
      ).ok;
    });
    await until(() => test.receiver.received.length === 2);
    const [first, second] = test.receiver.received.map(({ update }) => update.update_id);
    expect(second).toBe(first);
    expect((await test.simulator.deliveries())[0]).toMatchObject({
      outcome: 'failed',
      error: 'Webhook was changed',
    });
  });

  it('drops pending updates on request', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.api('setWebhook', { url: test.receiver.url, drop_pending_updates: true });
    const { result } = await test.simulator.api('getWebhookInfo');
    expect(result).toMatchObject({ pending_update_count: 0 });
    expect(test.receiver.received).toHaveLength(0);
  });

  it('delivers updates that came before it', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    await until(() => test.receiver.received.length === 1);
  });
});

describe('allowed_updates', () => {
  it('filters out other kinds, and keeps its value when absent', async () => {
    await test.simulator.api('setWebhook', {
      url: test.receiver.url,
      allowed_updates: ['my_chat_member', 'x'],
    });
    await passASecond();
    await test.simulator.api('setWebhook', { url: test.receiver.url, max_connections: 5 });
    await test.simulator.say(1, 'x');
    await test.simulator.post('blocks', { user_id: 1, blocked: true });
    await until(() => test.receiver.received.length === 1);
    expect(kindsOf(test.receiver)).toEqual(['my_chat_member']);
    const { result } = await test.simulator.api('getWebhookInfo');
    expect(result).toMatchObject({ allowed_updates: ['my_chat_member'] });
  });

  it('returns to the default with an empty list, and is then not shown', async () => {
    await test.simulator.api('setWebhook', { url: test.receiver.url, allowed_updates: ['poll'] });
    await passASecond();
    await test.simulator.api('setWebhook', { url: test.receiver.url, allowed_updates: '[]' });
    await test.simulator.say(1, 'x');
    await until(() => test.receiver.received.length === 1);
    const { result } = await test.simulator.api('getWebhookInfo');
    expect(result).not.toHaveProperty('allowed_updates');
  });

  it('applies to raw updates too, which are answered with null when filtered out', async () => {
    const raw = (kind: string) => ({ [kind]: { chat: { id: -7, type: 'supergroup' }, date: 1 } });
    const kinds = ['chat_member', 'message_reaction', 'message', 'a_future_kind'];
    const inject = () =>
      test.simulator.post<{ update_ids: (number | null)[] }>('updates', kinds.map(raw));
    const isMade = ({ update_ids }: { update_ids: unknown[] }) =>
      update_ids.map((id) => id !== null);
    expect(isMade(await inject())).toEqual([false, false, true, true]);
    await test.simulator.api('setWebhook', {
      url: test.receiver.url,
      drop_pending_updates: true,
      allowed_updates: ['chat_member'],
    });
    expect(isMade(await inject())).toEqual([true, false, false, true]);
    expect(await test.simulator.post('updates', raw('message'))).toEqual({ update_id: null });
    await until(() => test.receiver.received.length === 2);
    expect(kindsOf(test.receiver).sort()).toEqual(['a_future_kind', 'chat_member']);
  });

  it('includes chat_member updates only when asked to', async () => {
    const group = { type: 'supergroup', member_ids: [1, 2], admin_ids: [1, 7_000_000_001] };
    const { chat } = await test.simulator.post<{ chat: { id: number } }>('chats', group);
    await test.simulator.api('banChatMember', { chat_id: chat.id, user_id: 2 });
    await test.simulator.api('unbanChatMember', { chat_id: chat.id, user_id: 2 });
    await test.simulator.api('setWebhook', {
      url: test.receiver.url,
      drop_pending_updates: true,
      allowed_updates: ['chat_member'],
    });
    await test.simulator.say(3, 'not asked for');
    await test.simulator.post('messages', { chat_id: chat.id, from_id: 2, text: 'back' });
    await test.simulator.api('banChatMember', { chat_id: chat.id, user_id: 2 });
    await until(() => test.receiver.received.length === 2);
    expect(kindsOf(test.receiver)).toEqual(['chat_member', 'chat_member']);
  });
});

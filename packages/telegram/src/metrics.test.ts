import { Registry } from 'prom-client';
import { failureOf, flood, ok, startClient } from './bot-api.testkit.js';
import { createClientMetrics } from './metrics.js';

describe('createClientMetrics', () => {
  it('counts calls by method and outcome, flood waits and resends', async () => {
    const registry = new Registry();
    await using test = await startClient(
      ({ method }, index) => {
        if (method === 'sendPhoto') return { error: 403 };
        if (method === 'getChat') return { error: 500 };
        return index === 0 ? flood(0.5) : ok;
      },
      { observer: createClientMetrics(registry) },
    );
    await test.telegram.sendMessage(42, 'hi');
    await failureOf(test.telegram.sendPhoto(42, 'file'));
    await failureOf(test.telegram.getChat(42));
    const text = await registry.metrics();
    expect(text).toContain('chatlane_telegram_calls_total{method="sendMessage",outcome="ok"} 1');
    expect(text).toContain('chatlane_telegram_calls_total{method="sendPhoto",outcome="never"} 1');
    expect(text).toContain('chatlane_telegram_calls_total{method="getChat",outcome="retry"} 1');
    expect(text).toContain('chatlane_telegram_call_duration_seconds_count{method="sendMessage"} 1');
    const [, waited] = /flood_wait_seconds_total\{method="sendMessage"\} (\S+)/.exec(text) ?? [];
    expect(Number(waited)).toBeGreaterThan(0);
    expect(text).toContain('chatlane_telegram_resends_total{method="getChat"} 2');
  });

  it("uses the Bot API's method names as labels", async () => {
    const registry = new Registry();
    await using test = await startClient(undefined, { observer: createClientMetrics(registry) });
    await test.telegram.answerCbQuery('1');
    await test.telegram.callApi('sendMessageDraft' as 'getMe', {});
    const text = await registry.metrics();
    expect(text).toContain('calls_total{method="answerCallbackQuery",outcome="ok"} 1');
    expect(text).toContain('calls_total{method="sendMessageDraft",outcome="ok"} 1');
    expect(text).not.toContain('method="other"');
  });

  it('uses one label for unknown methods', async () => {
    const registry = new Registry();
    await using test = await startClient(undefined, { observer: createClientMetrics(registry) });
    await test.telegram.callApi('inventedMethod' as 'getMe', {});
    expect(await registry.metrics()).toContain('calls_total{method="other",outcome="ok"} 1');
  });
});

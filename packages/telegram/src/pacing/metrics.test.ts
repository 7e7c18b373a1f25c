import { Registry } from 'prom-client';
import { failureOf, flood, startClient } from '../bot-api.testkit.js';
import { createTelegramLimits } from '../limits.js';
import { createClientMetrics } from '../metrics.js';
import { createLimitsMetrics, observeLimits } from './metrics.js';

describe('the metrics of limits', () => {
  it('count 429s, inferences and waits, and show the current pauses', async () => {
    const registry = new Registry();
    const limits = createTelegramLimits({ name: 'test', observer: createLimitsMetrics(registry) });
    observeLimits(registry, limits);
    await using test = await startClient(() => flood(3_600), {
      limits,
      observer: createClientMetrics(registry),
    });
    for (const chat of [1, 2, 3]) await failureOf(test.telegram.sendMessage(chat, 'hi'));
    const text = await registry.metrics();
    expect(text).toContain('chatlane_telegram_floods_total{method="sendMessage"} 3');
    expect(text).toContain('chatlane_telegram_inferences_total{scope="method"} 1');
    expect(text).toContain('chatlane_telegram_pauses{scope="chat"} 3');
    expect(text).toContain('chatlane_telegram_pauses{scope="method"} 1');
    expect(text).toContain('chatlane_telegram_pauses{scope="bot"} 0');
    expect(text).toMatch(/chatlane_telegram_longest_pause_seconds\{scope="chat"\} 3[56]\d\d/);
    expect(text).toContain('chatlane_telegram_bulk_rate 30');
    expect(text).toMatch(
      /chatlane_telegram_permission_wait_seconds_total\{priority="notification"\}/,
    );
  });
});

import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { meet } from '../../harness/person.js';
import { startSystem, type TestSystem } from '../../harness/system.js';
import type { Figures, Scenario } from '../result.js';

interface Call {
  chat_id?: number;
  method: string;
  params: { text?: string };
  ok: boolean;
  status: number;
  started_at: number;
  ended_at?: number;
}

const WAIT_MS = 600_000;

/**
 * An answer in 25 states, five per second, against Telegram's limits: as awaited edits, and as a stream. Then an answer in 200
 * states whose chat is paused for 137 s in the middle.
 */
export const streams: Scenario = async ({ quick }) => {
  const BOT_MODULE = fileURLToPath(new URL('../../harness/bots/stream-bot.mjs', import.meta.url));
  const system = await startSystem({
    workers: 1,
    timeScale: 1,
    rateLimits: true,
    workerEnv: { BOT_MODULE, LOG_LEVEL: 'error' },
  });
  try {
    const [states, manyStates, penaltySeconds] = quick ? [5, 40, 2] : [25, 200, 137];
    const systems = [
      await measure(system, 'an edit for each state', `/edit ${states} 200`),
      await measure(system, 'ctx.stream, edits', `/count ${states} 200`),
      await measure(system, 'ctx.stream, drafts', `/count ${states} 200 draft`),
      await measure(
        system,
        'ctx.stream through a penalty',
        `/count ${manyStates} 25`,
        penaltySeconds,
      ),
    ];
    return { scenario: 'streams', systems, ratios: [] };
  } finally {
    await system.stop();
  }
};

/** Requests an answer and waits for its final text. A pause of `penaltySeconds` starts when the first state is shown. */
async function measure(
  system: TestSystem,
  name: string,
  command: string,
  penaltySeconds = 0,
): Promise<Figures> {
  const ann = await meet(system);
  const startedAt = Date.now();
  await ann.write(command);
  let penaltyEndsAt = 0;
  if (penaltySeconds > 0) {
    await ann.sees('State');
    const forMs = penaltySeconds * 1_000;
    await system.play('/play/faults', { kind: 'call-429', chat_id: ann.id, forMs });
    penaltyEndsAt = Date.now() + forMs;
  }
  const calls = async (): Promise<Call[]> =>
    (await system.play<Call[]>('/play/calls')).filter(({ chat_id }) => chat_id === ann.id);
  const isFinal = ({ ok, params }: Call): boolean => ok && params.text?.startsWith('All ') === true;
  const final = await until(
    async () => (await calls()).find(isFinal),
    'the final text of an answer',
    WAIT_MS,
  );
  await system.untilQuiet();
  const made = await calls();
  const endedAt = final.ended_at ?? Date.now();
  return {
    name,
    calls: made.length,
    refused429: made.filter(({ status }) => status === 429).length,
    finalAfterMs: endedAt - startedAt,
    finalAfterPenaltyMs: penaltyEndsAt === 0 ? 0 : endedAt - penaltyEndsAt,
    messages: (await ann.answers()).length,
  };
}

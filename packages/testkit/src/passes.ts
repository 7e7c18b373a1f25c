import type { WaitingEvent } from '@chatlane/contracts';
import type { RunningSimulator } from '@chatlane/simulator';
import type { Backend } from './backend.js';
import type { Conversation } from './conversation.js';
import type { RunningBot } from './running-bot.js';

/** A length of time; the parts are added up. */
export type Duration = Partial<Record<'days' | 'hours' | 'minutes' | 'seconds', number>>;

const lengths = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const;

/** Events that are due within this time of each other are handled together. */
const AT_ONCE_MS = 20;

/** Lets time pass: events that are due meanwhile are handled in order, and further messages have later dates. */
export async function letPass(
  duration: Duration,
  { backend, telegram, conversation }: Passing,
): Promise<void> {
  const parts = Object.entries(duration) as [keyof Duration, number][];
  const ms = parts.reduce((sum, [unit, count]) => sum + count * lengths[unit], 0);
  const words = parts.map(([unit, count]) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`);
  conversation.add({ kind: 'note', line: `--- ${words.join(', ')} later ---` });
  await backend.use(async (bot) => {
    let leftMs = ms;
    for (;;) {
      const waiting = await waitingIn(bot);
      const stepMs = Math.min(leftMs, Math.max(0, (waiting[0]?.at ?? Infinity) - Date.now()));
      const isDue = ({ at }: WaitingEvent): boolean => at - Date.now() - stepMs <= AT_ONCE_MS;
      const due = waiting.filter(isDue);
      telegram.clock.skip(stepMs);
      for (const event of due) await deliver(bot, event);
      for (const event of waiting) if (!due.includes(event)) await bringForward(bot, event, stepMs);
      leftMs -= stepMs;
      await backend.settle();
      if (due.length === 0) return;
    }
  });
}

/** The parts of a chat in which time passes. */
export interface Passing {
  backend: Backend;
  telegram: RunningSimulator;
  conversation: Conversation;
}

async function waitingIn({ later }: RunningBot): Promise<WaitingEvent[]> {
  const waiting: WaitingEvent[] = [];
  for await (const event of later.entries()) waiting.push(event);
  return waiting;
}

/** Does what the worker does with an event that is due. */
async function deliver({ intake, later }: RunningBot, event: WaitingEvent): Promise<void> {
  const { id, lane, sessionUser, kind, payload } = event;
  await intake.pushInternal({ type: 'internal', id, kind, payload }, lane, sessionUser);
  await later.remove(id);
}

/** Makes the event due earlier, because Redis's clock cannot be moved. */
async function bringForward({ later }: RunningBot, event: WaitingEvent, ms: number): Promise<void> {
  await later.remove(event.id);
  await later.add({ ...event, at: event.at - ms });
}

import { randomUUID } from 'node:crypto';
import type { FileAddress, FileEvents } from '@chatlane/contracts';
import type { RunningSimulator } from '@chatlane/simulator';
import type { Backend } from './backend.js';

/** Delivers an update, or an event about a file to the lane in its address, and lets the bot handle it. */
export async function receive(
  update: object,
  { telegram, backend }: { telegram: RunningSimulator; backend: Backend },
): Promise<void> {
  const [[kind, payload] = ['', undefined]] = Object.entries(update).filter(
    ([field]) => field !== 'update_id',
  );
  await backend.use(async ({ intake }) => {
    if (fileKinds.includes(kind)) {
      const { lane, sessionUser } = (payload as { address: FileAddress }).address;
      const event = {
        type: 'internal',
        id: randomUUID(),
        kind,
        payload: payload as unknown,
      } as const;
      await intake.pushInternal(event, lane, sessionUser);
    } else {
      telegram.adopt(update);
      telegram.queue.inject(update as Record<string, unknown>);
    }
    await backend.settle();
  });
}

const fileKinds: readonly string[] = [
  'file_ready',
  'file_failed',
  'file_processed',
  'files_forgotten',
] satisfies (keyof FileEvents)[];

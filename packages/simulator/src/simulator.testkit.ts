import { startReceiver, type Receiver } from '@chatlane/testing';
import type { Call } from './api/call-log.js';
import type { Delivery } from './delivery/delivery-log.js';
import { startSimulator } from './start.js';

export {
  startReceiver,
  until,
  type Answering,
  type Received,
  type Receiver,
} from '@chatlane/testing';
export { simulatorToken as token } from './simulator.js';
export type { ApiAnswer } from './start.js';

/** A running simulator whose logs are read as other processes read them, through `/play`. */
export type TestSimulator = Awaited<ReturnType<typeof startTestSimulator>>;

/** Starts a simulator whose time passes a thousand times as fast as real time unless `options` say otherwise. */
export async function startTestSimulator(options: Parameters<typeof startSimulator>[0] = {}) {
  const simulator = await startSimulator({ timeScale: 1_000, ...options });
  return {
    ...simulator,
    say: (id: number, text: string) =>
      simulator.post('messages', { chat_id: id, from_id: id, text }),
    deliveries: () => simulator.get<Delivery[]>('deliveries'),
    calls: () => simulator.get<Call[]>('calls'),
  };
}

/** A simulator and a receiver for its webhook; each test gets new ones. */
export interface WebhookSetup {
  simulator: TestSimulator;
  receiver: Receiver;
  /** Replaces the simulator. */
  restart(options: Parameters<typeof startSimulator>[0]): Promise<void>;
}

/** Starts the simulator and the receiver before each test of the file, and stops them after it. */
export function setUpWebhook(options?: Parameters<typeof startSimulator>[0]): WebhookSetup {
  const setup = {
    async restart(changed) {
      await setup.simulator.stop();
      setup.simulator = await startTestSimulator(changed);
    },
  } as WebhookSetup;
  beforeEach(async () => {
    setup.receiver = await startReceiver();
    setup.simulator = await startTestSimulator(options);
  });
  afterEach(async () => {
    await setup.simulator.stop();
    await setup.receiver.stop();
  });
  return setup;
}

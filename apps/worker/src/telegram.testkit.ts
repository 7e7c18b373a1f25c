import { startSimulator, type CallScript, type RunningSimulator } from '@chatlane/simulator';

export { until } from '@chatlane/testing';

export const token = `123456789:${'A'.repeat(35)}`;

/** The simulated Telegram of a worker's test. */
export interface WorkerTelegram extends RunningSimulator {
  /** The texts that the bot has sent, in order, whether or not they were accepted. */
  texts(): string[];
  /** Holds all further calls back until the returned function is called. */
  hold(): () => void;
}

/** @param script answers calls in Telegram's place */
export async function startTelegram(
  options: { script?: CallScript | undefined; port?: number } = {},
): Promise<WorkerTelegram> {
  const { script, ...given } = options;
  const telegram = await startSimulator({ token, ...given });
  if (script) telegram.onCall(script);
  return {
    ...telegram,
    texts: () => telegram.calls().flatMap(({ params }) => (params.text as string) ?? []),
    hold() {
      let goOn: (() => void) | undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      const end = telegram.onCall(() => held.then(() => undefined));
      return () => {
        end();
        goOn?.();
      };
    },
  };
}

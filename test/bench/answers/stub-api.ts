import { once } from 'node:events';
import { forkProgram } from './fork-program.js';

/** One answer of a bot, parsed from its text (see `answer-text.mjs`). */
export interface Answer {
  update: number;
  /** The number of updates that the chat's session had counted. */
  counted: number;
  /** The start of the handler, in milliseconds on the machine's monotonic clock. */
  handledAt: number;
}

/** A Bot API server that answers immediately, in a separate process. */
export interface StubApi {
  root: string;
  /** The number of answers that have not been fetched yet. */
  count(): Promise<number>;
  takeAnswers(): Promise<Answer[]>;
  stop(): Promise<void>;
}

export async function startStubApi(): Promise<StubApi> {
  const program = await forkProgram(new URL('stub-server.mjs', import.meta.url), [], {});
  async function ask<T>(question: 'count' | 'take'): Promise<T> {
    program.child.send(question);
    const [reply] = (await once(program.child, 'message')) as [T];
    return reply;
  }
  return {
    root: `http://127.0.0.1:${program.port}`,
    stop: () => program.stop(),
    async count() {
      const { count } = await ask<{ count: number }>('count');
      return count;
    },
    async takeAnswers() {
      const { bodies } = await ask<{ bodies: string[] }>('take');
      return bodies.map((body) => {
        const { text } = JSON.parse(body) as { text: string };
        const [update, counted, at] = text.split(' ').map(Number) as [number, number, number];
        return { update, counted, handledAt: at / 1e6 };
      });
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { privateText } from '@chatlane/testing';

/** Posts updates like Telegram: those of a chat in sequence, each repeated until it is answered 200. */
export interface MailStorm {
  /** The ids answered with 200, by chat, in the order in which they were sent. */
  acknowledged: ReadonlyMap<number, readonly number[]>;
  /** Answers other than 200. */
  readonly refusals: number;
  /** Their statuses, each with whether it had a Retry-After header. */
  readonly refusedWith: ReadonlySet<string>;
  /** Stops, and resolves once every chat's last update has been acknowledged. */
  stop(): Promise<void>;
  /** Stops after the current requests, for a test that failed and whose ingresses are gone. */
  giveUp(): Promise<void>;
}

export function startMailStorm(options: {
  webhooks: readonly string[];
  secret: string;
  chats: number;
  /** Milliseconds between the answer to an update and the chat's next update. */
  pauseMs: number;
}): MailStorm {
  const { webhooks, secret, chats, pauseMs } = options;
  const acknowledged = new Map<number, number[]>();
  let lastId = 0;
  let refusals = 0;
  const refusedWith = new Set<string>();
  let going = true;
  let given = false;

  async function post(chat: number, updateId: number): Promise<boolean> {
    const date = Math.floor(Date.now() / 1_000);
    const message = { ...privateText(chat, 'x', updateId), date };
    const response = await fetch(webhooks[updateId % webhooks.length]!, {
      method: 'POST',
      headers: { 'X-Telegram-Bot-Api-Secret-Token': secret },
      body: JSON.stringify({ update_id: updateId, message }),
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    if (!response.ok) refusedWith.add(`${response.status} ${response.headers.has('retry-after')}`);
    return response.ok;
  }

  async function chatter(chat: number): Promise<void> {
    const ids: number[] = [];
    acknowledged.set(chat, ids);
    while (going) {
      const updateId = (lastId += 1);
      while (!(await post(chat, updateId).catch(() => false))) {
        if (given) return;
        refusals += 1;
        await sleep(100);
      }
      ids.push(updateId);
      await sleep(pauseMs);
    }
  }

  const done = Promise.all(Array.from({ length: chats }, (_, index) => chatter(index + 1)));
  return {
    acknowledged,
    get refusals() {
      return refusals;
    },
    refusedWith,
    async stop() {
      going = false;
      await done;
    },
    async giveUp() {
      given = true;
      going = false;
      await done;
    },
  };
}

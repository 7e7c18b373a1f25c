import { setTimeout as sleep } from 'node:timers/promises';
import { privateText } from '@chatlane/testing';

/** Posts updates as Telegram would: those of a chat one after the other, each until it is answered 200. */
export interface MailStorm {
  /** Ids answered with 200, by chat, in the order they were sent. */
  acknowledged: ReadonlyMap<number, readonly number[]>;
  /** Answers other than 200. */
  readonly refusals: number;
  /** Their statuses, each with whether it said when to come again. */
  readonly refusedWith: ReadonlySet<string>;
  /** Ends once every chat has had its last update acknowledged. */
  stop(): Promise<void>;
  /** Ends with what is under way: a test that failed has nobody left to acknowledge it. */
  giveUp(): Promise<void>;
}

export function startMailStorm(options: {
  webhooks: readonly string[];
  secret: string;
  chats: number;
  /** Milliseconds between an answer and the chat's next update. */
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

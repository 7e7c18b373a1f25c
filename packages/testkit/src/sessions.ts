import { sessionKey } from '@chatlane/contracts';
import type { Backend } from './backend.js';

/** The sessions of one chat. */
export interface Sessions {
  /** Undefined when there is none. */
  read<Session>(user: string): Promise<Session | undefined>;
  /** @param version the version of the session's shape, if the bot names one */
  write(user: string, session: object, version?: number): Promise<void>;
}

/** @param chatId the chat, which names the lane */
export function createSessions(backend: Backend, chatId: number): Sessions {
  const keyOf = (user: string): string => sessionKey(`c:${chatId}`, user);
  return {
    read: <Session>(user: string) =>
      backend.use(async ({ deployment }) => {
        const stored = await deployment.operator.sessions.get(keyOf(user));
        if (!stored) return undefined;
        const content = JSON.parse(stored.json) as object;
        return (
          'chatlaneSession' in content && 'value' in content ? content.value : content
        ) as Session;
      }),
    write: (user, session, version) =>
      backend.use(async ({ deployment }) => {
        const content =
          version === undefined ? session : { chatlaneSession: version, value: session };
        const stored = { key: keyOf(user), json: JSON.stringify(content), lifeMs: undefined };
        await deployment.operator.sessions.put(stored, 'replace');
      }),
  };
}

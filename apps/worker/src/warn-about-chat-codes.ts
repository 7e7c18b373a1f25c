import type { Logger } from '@chatlane/runtime';
import { isOnThisMachine, type WorkerConfig } from './config.js';

/**
 * Logs a warning when users get their one-time codes in the same chat in which they type them. Logs nothing when
 * BOT_MODULE is set, because that bot may deliver codes in its own way.
 */
export function warnAboutChatCodes(
  {
    codeDelivery,
    apiRoot,
    botModule,
  }: Pick<WorkerConfig, 'codeDelivery' | 'apiRoot' | 'botModule'>,
  logger: Pick<Logger, 'warn'>,
): void {
  if (codeDelivery !== 'chat' || isOnThisMachine(apiRoot) || botModule !== undefined) return;
  logger.warn(
    { setting: 'CODE_DELIVERY' },
    'one-time codes are sent into the chat itself, which proves nothing; pass your own deliverCode (createBot(ports))',
  );
}

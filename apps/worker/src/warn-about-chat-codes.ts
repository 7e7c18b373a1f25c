import type { Logger } from '@chatlane/runtime';
import { isOnThisMachine, type WorkerConfig } from './config.js';

/**
 * Tells an operator whose users get their one-time codes in the chat they type them into. A module of BOT_MODULE
 * may bring a way of its own, so nothing is said about one.
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
    'one-time codes are sent into the chat itself: that proves nothing; pass a deliverCode of your own (createBot(ports))',
  );
}

import { span } from '../output/words.js';
import { finding, ok, type Examined, type Finding } from './finding.js';

/** Whether the workers reach Telegram. */
export function checkOutage({ outage }: Examined): Finding {
  const check = 'telegram-outage';
  if (!outage) return ok(check, 'No worker has reported an outage of Telegram.');
  return finding(
    check,
    `Telegram has been away for ${span(outage.sinceMs)}: ${outage.why}.`,
    'Chats wait in their order and go on by themselves. With 401 the token was revoked: set BOT_TOKEN anew.',
  );
}

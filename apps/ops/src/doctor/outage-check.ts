import { span } from '../output/format.js';
import { finding, ok, type Examined, type Finding } from './finding.js';

/** Checks whether the workers reach Telegram. */
export function checkOutage({ outage }: Examined): Finding {
  const check = 'telegram-outage';
  if (!outage) return ok(check, 'No worker has reported an outage of Telegram.');
  return finding(
    check,
    `Telegram has been unreachable for ${span(outage.sinceMs)}: ${outage.why}.`,
    'Chats wait in order and resume automatically. A 401 means that the token was revoked: set a new BOT_TOKEN.',
  );
}

import { timeOfDay } from '../clock.js';
import { usePage } from '../page-context.js';
import type { Bot } from '../wire.js';

/** How the bot receives updates, and how many Telegram has not delivered. */
export function StatusBar() {
  const { state } = usePage();
  const { bot } = state;
  if (!bot) return null;
  const waiting = bot.pending_update_count;
  const error = bot.webhook?.last_error_message;
  return (
    <footer class="status">
      <span class={`lamp lamp-${lamp(bot)}`} aria-hidden="true" />
      <span class="status-mode">{modes[bot.mode]}</span>
      <span class="status-waiting" title={counted}>
        {waiting === 0 ? 'nothing waits at Telegram' : `${waiting} waiting at Telegram`}
      </span>
      {error && waiting > 0 && (
        <span class="status-error" title={error}>
          {bot.webhook?.last_error_date ? `${timeOfDay(bot.webhook.last_error_date)} ` : ''}
          {error}
        </span>
      )}
    </footer>
  );
}

const counted =
  'Updates that Telegram has not delivered to the ingress. Those that wait in lanes are shown by `chatlane-ops status`.';

const modes: Readonly<Record<Bot['mode'], string>> = {
  webhook: 'Webhook',
  polling: 'Long polling',
  none: 'No bot is listening',
};

function lamp(bot: Bot): 'on' | 'busy' | 'off' {
  if (bot.mode === 'none') return 'off';
  return bot.pending_update_count > 0 ? 'busy' : 'on';
}

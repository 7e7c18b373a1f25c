const livesMs: ReadonlyMap<string, number> = new Map([
  ['callback_query', 150_000],
  ['inline_query', 30_000],
  ['shipping_query', 10_000],
  ['pre_checkout_query', 10_000],
]);

/**
 * How many milliseconds after its arrival an event is still worth running: later, Telegram no longer
 * takes the answer. Undefined = for ever. Sources: Bot API docs (pre-checkout: 10 s) and
 * tdlib/telegram-bot-api Client::add_update_impl (inline 30 s, buttons 150 s).
 */
export function lifeMs(kind: string): number | undefined {
  return livesMs.get(kind);
}

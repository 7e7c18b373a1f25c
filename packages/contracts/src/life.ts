const livesMs: ReadonlyMap<string, number> = new Map([
  ['inline_query', 30_000],
  ['shipping_query', 150_000],
  ['pre_checkout_query', 10_000],
]);

/**
 * How many milliseconds after its arrival an event is still worth running; undefined: for ever. Only questions end,
 * whose answer is all there is to them: later, Telegram does not take it. A late button press is run, as it
 * may change something. Sources: Bot API docs (pre-checkout: 10 s) and tdlib/telegram-bot-api
 * Client::add_update_impl (inline 30 s, shipping 150 s).
 */
export function lifeMs(kind: string): number | undefined {
  return livesMs.get(kind);
}

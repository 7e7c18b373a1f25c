const livesMs: ReadonlyMap<string, number> = new Map([
  ['inline_query', 30_000],
  ['shipping_query', 150_000],
  ['pre_checkout_query', 10_000],
]);

/**
 * How long after its arrival an event is worth handling, in milliseconds; undefined when it never
 * expires. Only inline, shipping and pre-checkout queries expire: after that time Telegram no
 * longer accepts an answer, and handling them has no other effect. A late button press is handled,
 * because it may change something. Sources: Bot API docs (pre-checkout: 10 s) and
 * tdlib/telegram-bot-api Client::add_update_impl (inline 30 s, shipping 150 s).
 */
export function lifeMs(kind: string): number | undefined {
  return livesMs.get(kind);
}

import type { Simulator } from '../../simulator.js';
import { badRequest } from '../api-error.js';
import type { Method, MethodFamily } from '../method.js';

const longestAnswer = 200;

/** Answers to button presses, shipping and pre-checkout queries. */
export const answerMethods: MethodFamily = (simulator) => ({
  answerCallbackQuery({ args }) {
    const id = args.text('callback_query_id');
    const query = openQuery(simulator, id, 'callback_query');
    const text = args.text('text');
    const url = args.text('url');
    if ([...text].length > longestAnswer) throw badRequest('MESSAGE_TOO_LONG');
    simulator.feed.publish('answer', () => ({
      user_id: query.userId,
      callback_query_id: id,
      ...(text && { text }),
      show_alert: args.flag('show_alert'),
      ...(url && { url }),
    }));
    return true;
  },

  answerShippingQuery: answer(simulator, 'shipping_query'),
  answerPreCheckoutQuery: answer(simulator, 'pre_checkout_query'),
});

function answer(simulator: Simulator, kind: string): Method {
  return ({ args }) => {
    openQuery(simulator, args.text(`${kind}_id`), kind);
    if (!args.flag('ok') && args.text('error_message') === '') {
      throw badRequest('error message must be non-empty');
    }
    return true;
  };
}

/** The query to answer. @throws ApiError when it does not exist or is too old */
export function openQuery({ world }: Simulator, id: string, kind: string) {
  const query = world.queries.find(id);
  if (query?.kind === kind) return query;
  throw badRequest('query is too old and response timeout expired or query ID is invalid');
}

import type { Arguments } from '../arguments.js';
import { Described, RawResult, type MethodFamily } from '../method.js';

const defaultMaxConnections = 40;

/** setWebhook, its relatives, and getUpdates. */
export const deliveryMethods: MethodFamily = ({ webhook, longPoll, allowedUpdates }) => ({
  setWebhook({ args }) {
    const url = args.text('url').trim();
    const description = webhook.set({
      url,
      secretToken: args.text('secret_token'),
      maxConnections: args.integer('max_connections', defaultMaxConnections, 1, 100),
      allowedUpdates: allowedUpdatesOf(args),
      dropPendingUpdates: args.flag('drop_pending_updates'),
    });
    if (url !== '') longPoll.interrupt('terminated by setWebhook request');
    return new Described(true, description);
  },

  deleteWebhook({ args }) {
    return new Described(true, webhook.delete(args.flag('drop_pending_updates')));
  },

  getWebhookInfo: () => webhook.info(),

  async getUpdates({ args, signal }) {
    if (webhook.isSet()) {
      return longPoll.refuse(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    allowedUpdates.change(allowedUpdatesOf(args));
    const updates = await longPoll.poll({
      offset: args.integer('offset', 0),
      limit: args.integer('limit', 100, 1, 100),
      timeoutSeconds: args.integer('timeout', 0, 0, 50),
      signal,
    });
    return new RawResult(`[${updates.map(({ body }) => body.toString('latin1')).join(',\n')}]`);
  },
});

/** Anything but a JSON list leaves the setting unchanged, without an error. */
function allowedUpdatesOf(args: Arguments): unknown {
  try {
    return args.json('allowed_updates');
  } catch {
    return undefined;
  }
}

import type { BroadcastCall } from './content.js';

/** Sends messages. The worker implements it with the bulk calls of the Telegram client. */
export interface BroadcastSender {
  /**
   * Sends one message, at most once. Waits for the bulk rate and for Telegram's pauses. Never rejects.
   *
   * @param options.begin called right before the request leaves. If it resolves to false or rejects, nothing is sent and the
   *   result is `not-sent`. A call that gets a 429 may call it again.
   * @param options.signal ends the waiting with `not-sent`; a request that has left is not aborted.
   */
  send(
    call: BroadcastCall,
    options: { begin: () => Promise<boolean>; signal: AbortSignal },
  ): Promise<SendResult>;
}

/** The outcome of a message. */
export type SendResult =
  | { readonly outcome: 'sent' | 'blocked' | 'unknown' }
  /** `why` is Telegram's description without texts of users. */
  | { readonly outcome: 'failed'; readonly why: string }
  /**
   * The message was not sent and should be sent after `retryMs`. The reason is a pause, an outage, or an error
   * (`isError`); after several errors the message has failed.
   */
  | {
      readonly outcome: 'later';
      readonly retryMs: number;
      readonly why: string;
      readonly isError?: boolean;
    }
  /** The message was not sent because `begin` did not allow it or the signal fired. */
  | { readonly outcome: 'not-sent' };

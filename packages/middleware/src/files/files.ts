import {
  mediaIn,
  requireJson,
  type DownloadPriority,
  type DownloadRequest,
  type ForgetRequest,
} from '@chatlane/contracts';
import type { MiddlewareFn } from 'telegraf';
import { channelsOf, sentMessage, senderOf } from '../guards/sender.js';
import type { TurnContext, TurnOutbox } from '../turn/turn.js';
import { addressOf } from './address.js';
import { applyAddress } from './apply-address.js';
import { fileEventOf } from './file-updates.js';

/** Options of `ctx.files.request`. */
export interface FileRequestOptions {
  /** The message with the file, such as the one that was replied to. Default: the update's own. */
  message?: object;
  /** Priority among waiting downloads. Default `normal`. */
  priority?: DownloadPriority;
  /** Any JSON value. It is returned in the event. */
  label?: unknown;
  /** Names of the processors to run on the stored file. Each produces its own event. Default: none. */
  processors?: readonly string[];
  /**
   * A message of the bot that is edited while a large file is downloaded. `{percent}`, `{received}` and `{size}` in the
   * text are replaced.
   */
  progress?: { messageId: number; text: string };
}

/** The file operations of a turn, in `ctx.files`. */
export interface TurnFiles {
  /**
   * Requests the file of a message. Another process downloads it after the turn has committed, exactly once no matter
   * how often the turn was attempted. A failed turn requests nothing. The result arrives in the chat's lane, in
   * `bot.on(fileReady)` or `bot.on(fileFailed)`, one event for all messages of an album.
   *
   * @returns the request's id, which the event repeats, or undefined when the message has no file
   * @throws NotJsonError with the path of a value in `label` that JSON cannot hold
   * @throws Error in a turn without an outbox
   */
  request(options?: FileRequestOptions): string | undefined;
  /**
   * Requests the deletion of all files of the sender, including running downloads. `bot.on(filesForgotten)` reports
   * the end.
   *
   * @returns the request's id, which the event repeats
   * @throws Error when the update has no chat, or in a turn without an outbox
   */
  forget(): string;
}

/** A context behind `files()`. */
export interface FilesContext {
  /** Requests the files of this update's message. */
  files: TurnFiles;
}

/**
 * Adds `ctx.files`. In an event about files, `ctx.chat`, `ctx.from`, `ctx.reply` and everything that reads them work as
 * in the message of the request. Use it first, so that this holds for all other middleware.
 *
 * @example
 * bot.use(files(), session());
 * bot.on(message('document'), (ctx) => void ctx.files.request({ label: 'invoice' }));
 * bot.on(fileReady, (ctx) => ctx.reply(`I have ${ctx.update.file_ready.files[0]?.name}.`));
 */
export function files<C extends TurnContext & FilesContext>(): MiddlewareFn<C> {
  return function filesMiddleware(ctx, next) {
    const event = fileEventOf(ctx.update);
    if (event) applyAddress(ctx, event.address);
    ctx.files = { request: (options) => request(ctx, options), forget: () => forget(ctx) };
    return next();
  };
}

function request(ctx: TurnContext, options: FileRequestOptions = {}): string | undefined {
  const message = options.message ?? sentMessage(ctx) ?? ctx.msg;
  const media = message && mediaIn(message);
  const address = addressOf(ctx, options.message);
  if (media === undefined || address === undefined) return undefined;
  const { media_group_id: mediaGroupId } = message as { media_group_id?: string };
  const { label, priority = 'normal', processors = [], progress } = options;
  requireJson('ctx.files.request: label', label);
  const sharedQuota = channelsOf(ctx, address.chat.id);
  return outboxOf(ctx).stage('download', (id) =>
    json<DownloadRequest>({
      id,
      address,
      userId: senderOf(ctx)?.id ?? address.chat.id,
      ...(sharedQuota !== undefined && { sharedQuota }),
      media,
      ...(mediaGroupId !== undefined && { mediaGroupId }),
      priority,
      ...(label !== undefined && { label }),
      processors: [...processors],
      ...(progress && { progress }),
      requestedAt: Date.now(),
    }),
  );
}

function forget(ctx: TurnContext): string {
  const address = addressOf(ctx);
  if (address === undefined)
    throw new Error('ctx.files.forget: the update has no chat to report the deletion to.');
  const userId = senderOf(ctx)?.id ?? address.chat.id;
  return outboxOf(ctx).stage('forget', (id) =>
    json<ForgetRequest>({ id, address, userId, requestedAt: Date.now() }),
  );
}

function outboxOf({ turn }: TurnContext): TurnOutbox {
  if (turn.outbox) return turn.outbox;
  throw new Error(
    'ctx.turn.outbox is missing: files can only be requested in the turns of a worker with an outbox.',
  );
}

function json<T>(value: T): string {
  return JSON.stringify(value);
}

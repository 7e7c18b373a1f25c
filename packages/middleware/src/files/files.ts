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

/** What may be said about a file that is wanted. */
export interface FileWanted {
  /** The message with the file, such as the one that is replied to; absent: the update's own. */
  message?: object;
  /** Whose turn comes first when many wait; absent: `normal`. */
  priority?: DownloadPriority;
  /** Anything that JSON holds: comes back in the event. */
  label?: unknown;
  /** Names of the processors that are to run over the stored file, each with an event of its own. */
  processors?: readonly string[];
  /** A message of the bot's that is edited while a large file comes: `{percent}`, `{received}` and `{size}` are filled in. */
  progress?: { messageId: number; text: string };
}

/** What a handler does about files. */
export interface FilesOfTurn {
  /**
   * Asks for the file of a message. It is downloaded by another process after the turn's commit, once however often
   * the turn is tried; a turn that fails has asked for nothing. The answer comes back in the chat's lane, in
   * `bot.on(fileReady)` or `bot.on(fileFailed)`; the messages of an album are answered together.
   *
   * @returns the request's id, which the event repeats; undefined: the message has no file
   * @throws NotJsonError naming what JSON cannot hold in `label`
   * @throws Error when whoever runs the turn delivers nothing
   */
  request(wanted?: FileWanted): string | undefined;
  /**
   * Has all files of the sender deleted, those on their way too; `bot.on(filesForgotten)` tells when it is done.
   *
   * @returns the request's id, which the event repeats
   * @throws Error when the update has no chat that could be answered, or whoever runs the turn delivers nothing
   */
  forget(): string;
}

/** A context behind `files()`. */
export interface FilesContext {
  files: FilesOfTurn;
}

/**
 * Gives `ctx.files`. In an event about files, `ctx.chat`, `ctx.from`, `ctx.reply` and what reads them are as in the
 * message that asked; let it stand first, so that all middleware sees them so.
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
    ctx.files = { request: (wanted) => request(ctx, wanted), forget: () => forget(ctx) };
    return next();
  };
}

function request(ctx: TurnContext, wanted: FileWanted = {}): string | undefined {
  const message = wanted.message ?? sentMessage(ctx) ?? ctx.msg;
  const media = message && mediaIn(message);
  const address = addressOf(ctx, wanted.message);
  if (media === undefined || address === undefined) return undefined;
  const { media_group_id: mediaGroupId } = message as { media_group_id?: string };
  const { label, priority = 'normal', processors = [], progress } = wanted;
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
  if (address === undefined) throw new Error('There is no chat to tell that files are deleted.');
  const userId = senderOf(ctx)?.id ?? address.chat.id;
  return outboxOf(ctx).stage('forget', (id) =>
    json<ForgetRequest>({ id, address, userId, requestedAt: Date.now() }),
  );
}

function outboxOf({ turn }: TurnContext): TurnOutbox {
  if (turn.outbox) return turn.outbox;
  throw new Error('ctx.turn.outbox: files are asked for in the turns of a worker that has one.');
}

function json<T>(value: T): string {
  return JSON.stringify(value);
}

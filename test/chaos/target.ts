import type { Queue } from 'bullmq';
import type { TelegramWire } from '../harness/telegram-wire.js';
import type { WebhookSplitter } from '../harness/webhook-splitter.js';
import type { SupervisedApp } from './supervised-app.js';

/** What a fault can act on. */
export interface Target {
  workers: readonly SupervisedApp[];
  ingresses: readonly SupervisedApp[];
  splitter: WebhookSplitter;
  /** The connection of all workers to Telegram. */
  telegram: TelegramWire;
  /** The number of running turns in a process. */
  turnsOf(pid: number): Promise<number>;
  /** The wake-up queue. */
  wakeUps: Queue;
  /** Lanes that may have mail. */
  lanes: readonly string[];
  /** The simulator's user side. */
  play<T>(path: string, body?: object): Promise<T>;
  /** Sends a message with this text from one of the chats that are not calm. */
  send(text: string): Promise<void>;
  /** Like `send`. While the message is handled, other users send `/cancel`, and its sender sends `/cancel` to another bot. */
  sendAndDisturb(text: string): Promise<void>;
  leaseMs: number;
  /** Time limit of a handler, in milliseconds. */
  turnTimeoutMs: number;
  /** The speed of Telegram's clock, relative to real time. */
  timeScale: number;
  /** Milliseconds that `CLIENT PAUSE` lasts. */
  pauseMs: number;
  /** Records that workers may lose lanes while `during` runs and shortly after. */
  trouble(what: string, during: () => Promise<void>, pid?: number): Promise<void>;
  /** Records that Telegram does not answer while `during` runs. */
  outage(what: string, during: () => Promise<void>): Promise<void>;
}

import type { Queue } from 'bullmq';
import type { TelegramWire } from '../harness/telegram-wire.js';
import type { WebhookSplitter } from '../harness/webhook-splitter.js';
import type { SupervisedApp } from './supervised-app.js';

/** What faults strike. */
export interface Target {
  workers: readonly SupervisedApp[];
  ingresses: readonly SupervisedApp[];
  splitter: WebhookSplitter;
  /** The way of all workers to Telegram. */
  telegram: TelegramWire;
  /** How many turns a process has in hand. */
  turnsOf(pid: number): Promise<number>;
  /** The wake-up queue. */
  wakeUps: Queue;
  /** Lanes that may have mail. */
  lanes: readonly string[];
  /** The simulator's user side. */
  play<T>(path: string, body?: object): Promise<T>;
  /** Sends a message with this text from one of the chats that are not calm. */
  send(text: string): Promise<void>;
  /** The same; while it is handled, `/cancel` is sent there by others, and for other bots. */
  sendAndDisturb(text: string): Promise<void>;
  leaseMs: number;
  /** Time limit of a handler, in milliseconds. */
  turnTimeoutMs: number;
  /** How many times as fast Telegram's time passes. */
  timeScale: number;
  /** How long `CLIENT PAUSE` lasts. */
  pauseMs: number;
  /** Notes that lanes may be lost without a fault of their own, while `during` runs and shortly after. */
  trouble(what: string, during: () => Promise<void>, pid?: number): Promise<void>;
  /** Notes that Telegram answers nobody while `during` runs. */
  outage(what: string, during: () => Promise<void>): Promise<void>;
}

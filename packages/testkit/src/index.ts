import './telegraf.js';

export type { CallHandler, Refusal } from './calls.js';
export { chat, type Bot, type Chat, type ChatOptions } from './chat.js';
export type { Group, GroupOptions } from './group.js';
export type { Duration } from './passes.js';
export type { Person } from './person.js';
export type { FileBytes, SentContent } from './sent-content.js';
export type { Expected, Shown } from './watch.js';

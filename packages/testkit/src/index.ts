import './telegraf.js';

export { chat, type Bot, type Chat, type ChatOptions } from './chat.js';
export type { Expected, Person, Shown } from './person.js';

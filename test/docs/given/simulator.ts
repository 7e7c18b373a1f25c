export { Telegraf } from 'telegraf';

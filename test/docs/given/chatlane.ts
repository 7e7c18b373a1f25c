export { bank, bot, makeReport, order, secret, stage, type BotContext } from './middleware.js';

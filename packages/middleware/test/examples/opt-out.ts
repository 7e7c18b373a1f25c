import {
  type BroadcastOptOutOptions,
  broadcastOptOut,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer } from 'telegraf';

interface Ports {
  chats: BroadcastOptOutOptions<TurnContext>['store'];
}

export function createBot(ports: Ports): Composer<TurnContext> {
  const bot = new Composer<TurnContext>();
  bot.use(
    broadcastOptOut({
      store: ports.chats,
      topics: { news: 'Subscribe to news' },
      stopped: 'You will get no more of these messages.',
      started: 'Welcome back!',
    }),
  );
  return bot;
}

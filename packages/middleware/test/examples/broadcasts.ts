import { broadcastOptOut } from '@chatlane/middleware';
import { Composer } from 'telegraf';

type Ports = { chats: Parameters<typeof broadcastOptOut>[0]['store'] };

export function createBot(ports: Ports) {
  const bot = new Composer();
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

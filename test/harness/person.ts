import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from './system.js';

/** Somebody in a private chat with the bot. */
export interface Person {
  id: number;
  write(text: string): Promise<void>;
  /** All that the bot has ever said. */
  answers(): Promise<string[]>;
  /** What the bot said since it was last asked for, once that is as many messages and all is quiet. */
  hears(count: number): Promise<string[]>;
  /** Writes, and hears. */
  ask(text: string, count?: number): Promise<string[]>;
}

interface Message {
  text?: string;
  from: { is_bot: boolean };
}

/** A new person, who writes through the simulator's user side. */
export async function meet(system: TestSystem): Promise<Person> {
  const { id } = await system.play<{ id: number }>('/play/users', { first_name: 'Ann' });
  let heard = 0;

  const person: Person = {
    id,
    async answers() {
      const messages = await system.play<Message[]>(`/play/chats/${id}/messages`);
      return messages.filter(({ from }) => from.is_bot).map(({ text = '' }) => text);
    },
    async write(text) {
      await system.play('/play/messages', { chat_id: id, from_id: id, text });
    },
    async hears(count) {
      while ((await person.answers()).length < heard + count) await sleep(20);
      await system.untilQuiet();
      const said = (await person.answers()).slice(heard);
      heard += said.length;
      return said;
    },
    async ask(text, count = 1) {
      await person.write(text);
      return person.hears(count);
    },
  };
  return person;
}

import { chat, type Chat, type Group, type Person } from '@chatlane/testkit';
import { createBot } from './bot.js';
import { event, stored } from './features/files/files.testkit.js';
import type { BotPorts, CodeMessage } from './ports.js';

type Message = Awaited<ReturnType<Person['says']>>;

/**
 * Replays a written conversation. The lines of people are performed, and the lines of the bot are replaced by what it
 * does now. Returns the whole conversation, for comparison with the written one.
 *
 * - `Maria: /start` sends a text, `Maria edits that to: Mary` edits her last one
 * - `Maria taps [Yes]` presses the latest button with that label
 * - `Maria sends a contact.`, `Maria sends a photo: its caption`, and `Maria: ······`, which is the code that she received
 * - `* saved report.pdf` and similar lines are events about files
 * - `--- Maria, in private ---`, `--- in Crew ---` and `--- 10 minutes later ---` set the scene; other headings only say
 *   what follows
 */
export async function replay(written: string, language_code: string): Promise<string> {
  const codes: CodeMessage[] = [];
  const deliverCode = (message: CodeMessage): Promise<void> => {
    codes.push(message);
    test.note(`  (SMS to ${message.to}: ${message.text})`);
    return Promise.resolve();
  };
  await using test: Chat = await chat(
    { createBot: (ports: BotPorts) => createBot({ ...ports, rateLimit: false, deliverCode }) },
    { username: 'lane_bot' },
  );
  const stage = new Stage(test, codes, language_code);
  for (const line of written.split('\n')) {
    if (!line.startsWith('Bot') && !line.startsWith('  ')) await stage.perform(line);
  }
  return hideCodes(test.conversation(), codes);
}

class Stage {
  readonly #test: Chat;
  readonly #codes: CodeMessage[];
  readonly #people: Map<string, Person>;
  readonly #crew: Group;
  #isInCrew = false;
  #latest: Message | undefined;

  constructor(test: Chat, codes: CodeMessage[], language_code: string) {
    this.#test = test;
    this.#codes = codes;
    const named = ['Maria', 'Jonas', 'Carla'].map(
      (first_name) => [first_name, test.newUser({ first_name, language_code })] as const,
    );
    this.#people = new Map(named);
    const [members, admins] = [named.slice(0, 2), named.slice(2)];
    this.#crew = test.group({
      ...{ title: 'Crew', type: 'group' },
      members: members.map(([, person]) => person),
      admins: admins.map(([, person]) => person),
    });
  }

  async perform(line: string): Promise<void> {
    const [, name = '', does = ''] = /^(\w+)(:? .*)$/.exec(line) ?? [];
    const person = this.#people.get(name);
    if (person === undefined) return this.#setTheScene(line);
    // Part of the bot's behavior depends on the seconds between messages.
    this.#test.telegram.clock.skip(1_000);
    await this.#act(this.#isInCrew ? person.in(this.#crew) : person, does);
  }

  async #setTheScene(line: string): Promise<void> {
    const [, minutes] = /^--- (\d+) minutes later ---$/.exec(line) ?? [];
    if (minutes !== undefined) return this.#test.passes({ minutes: Number(minutes) });
    const [, place] = /^--- (in Crew|\w+, in private) ---$/.exec(line) ?? [];
    if (place !== undefined) this.#isInCrew = place === 'in Crew';
    else this.#test.note(line);
    if (line.startsWith('* ')) await this.#test.receives(this.#fileEvent(line.slice(2)));
  }

  async #act(person: Person, does: string): Promise<void> {
    const [, words] = /^: (.*)$/.exec(does) ?? [];
    const [, edited] = /^ edits that to: (.*)$/.exec(does) ?? [];
    const [, label] = /^ taps \[(.*)\]$/.exec(does) ?? [];
    const [, caption] = /^ sends a photo: (.*)$/.exec(does) ?? [];
    if (words === '······') await person.says(codeIn(this.#codes.at(-1)));
    else if (words !== undefined) this.#latest = await person.says(words);
    else if (edited !== undefined) await person.edits(this.#latest!, edited);
    else if (label !== undefined) await person.presses(label);
    else if (caption !== undefined) this.#latest = await person.sends({ photo: true, caption });
    else if (does === ' sends a contact.') await person.sharesContact('+4915550001001');
    else throw new Error(`Unknown line: ${does}`);
  }

  #fileEvent(news: string): object {
    const { id, profile } = this.#people.get('Maria')!;
    const address = {
      ...{ lane: `c:${id}`, sessionUser: String(id), from: profile },
      ...{ chat: { id, type: 'private' }, messageId: this.#latest!.message_id },
    };
    const about = { ...event, address };
    const [what = '', name = ''] = news.split(/ (?=\S+$)/);
    const failure = { id: 'u', fileId: 'f', kind: 'photo', reason: name };
    const noPreview = { processor: 'thumbnail', failure: 'too-slow' };
    const events: Record<string, object> = {
      saved: { file_ready: { ...about, files: [stored(name)], failures: [] } },
      'not saved:': { file_failed: { ...about, failures: [failure] } },
      'no preview of': { file_processed: { ...about, file: stored(name), ...noPreview } },
      'files deleted:': { files_forgotten: { ...about, count: Number(name) } },
    };
    const found = events[what];
    if (found === undefined) throw new Error(`Unknown event: ${news}`);
    return found;
  }
}

const codeIn = (message: CodeMessage | undefined): string =>
  /\d{6}/.exec(message?.text ?? '')?.[0] ?? '';

function hideCodes(text: string, codes: readonly CodeMessage[]): string {
  return codes.reduce((hidden, message) => hidden.replaceAll(codeIn(message), '······'), text);
}

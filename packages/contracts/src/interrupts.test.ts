import { isAddressedTo, readUpdate, canBeInterrupted } from './index.js';
import type { LaneEvent } from './index.js';

interface Sent {
  text?: string;
  caption?: string;
  entities?: object[];
}

/** A message as Telegram delivers a text that starts with a command. */
function sent(text: string, field: 'text' | 'caption' = 'text'): object {
  const [command] = /^\/[A-Za-z0-9_]{1,64}(@\w{3,32})?/.exec(text) ?? [];
  const marked = { type: 'bot_command', offset: 0, length: command?.length };
  const entities = field === 'text' ? 'entities' : 'caption_entities';
  return { [field]: text, ...(command && { [entities]: [marked] }) };
}

function read(message: Sent, cancelCommands?: string[]) {
  const update = { update_id: 1, message: { chat: { id: 5 }, from: { id: 5 }, ...message } };
  return readUpdate(update, cancelCommands ? { cancelCommands } : {});
}

describe('an interrupting update', () => {
  it('may be the command alone or followed by words, in any case, also in a caption', () => {
    for (const text of ['/cancel', '/cancel please', '/cancel.', '/CANCEL', '/Cancel\nnow']) {
      expect(read(sent(text))).toMatchObject({ interrupts: true });
      expect(read(sent(text, 'caption'))).toMatchObject({ interrupts: true });
      expect(read(sent(text))).not.toHaveProperty('addressee');
    }
    for (const text of ['/cancelled', 'no /cancel', '/start', '']) {
      expect(read(sent(text))?.interrupts).toBe(false);
    }
  });

  it('carries the username of the bot that the command is addressed to', () => {
    expect(read(sent('/cancel@Some_bot now'))).toMatchObject({
      interrupts: true,
      addressee: 'Some_bot',
    });
    expect(read(sent('/start@some_bot'))).not.toHaveProperty('addressee');
  });

  it('must be marked as a command by Telegram, at the start of the text', () => {
    const command = { type: 'bot_command', offset: 0, length: 7 };
    expect(read({ text: '/cancel', entities: [] })?.interrupts).toBe(false);
    const code = { ...command, type: 'code' };
    expect(read({ text: '/cancel', entities: [code] })?.interrupts).toBe(false);
    expect(read({ text: '/cancel', entities: [code, command] })?.interrupts).toBe(true);
    const later = { ...command, offset: 5 };
    expect(read({ text: 'tell /cancel', entities: [later] })?.interrupts).toBe(false);
  });

  it('is read without errors whatever the entities are', () => {
    for (const entities of [null, 7, {}, [null], [[]], [{ type: 'bot_command', offset: 0 }]]) {
      const odd = { text: '/cancel', entities } as Sent;
      expect(read(odd)?.interrupts).toBe(false);
    }
  });

  it('is only one of the configured commands', () => {
    expect(read(sent('/stop'), ['/stop', '/Halt'])?.interrupts).toBe(true);
    expect(read(sent('/halt'), ['/stop', '/Halt'])?.interrupts).toBe(true);
    expect(read(sent('/cancel'), ['/stop', '/halt'])?.interrupts).toBe(false);
    expect(read(sent('/cancel'), [])?.interrupts).toBe(false);
  });

  it('can be the one sent by the stop button of a draft', () => {
    const stopped_message_generation = { chat: { id: 5 }, draft_id: 1 };
    expect(readUpdate({ update_id: 1, stopped_message_generation })).toMatchObject({
      interrupts: true,
      sessionUser: '5',
    });
  });

  it('is never an edited message', () => {
    for (const kind of ['edited_message', 'channel_post', 'business_message', 'guest_message']) {
      const message = { chat: { id: 5 }, business_connection_id: 'b', ...sent('/cancel') };
      expect(readUpdate({ update_id: 1, [kind]: message })?.interrupts).toBe(false);
    }
  });
});

describe('a command', () => {
  it('is addressed to the bot it names, or to any bot when it names none', () => {
    expect(isAddressedTo('lane_bot', undefined)).toBe(true);
    expect(isAddressedTo('lane_bot', 'Lane_Bot')).toBe(true);
    expect(isAddressedTo('lane_bot', 'other_bot')).toBe(false);
    expect(isAddressedTo(undefined, 'lane_bot')).toBe(false);
  });
});

describe('an interruptible turn', () => {
  const event = (kind: string, payload: object): LaneEvent => ({
    type: 'update',
    updateId: 1,
    kind,
    update: { update_id: 1, [kind]: payload },
  });

  it('handles what its user wrote or pressed', () => {
    for (const kind of ['message', 'edited_message', 'callback_query', 'message_reaction']) {
      expect(canBeInterrupted(event(kind, {}))).toBe(true);
    }
  });

  it('does not handle what has already happened: a payment, a change of members, a finished file', () => {
    expect(canBeInterrupted(event('message', { successful_payment: {} }))).toBe(false);
    expect(canBeInterrupted(event('message', { refunded_payment: {} }))).toBe(false);
    for (const kind of ['my_chat_member', 'chat_member', 'purchased_paid_media', 'subscription']) {
      expect(canBeInterrupted(event(kind, {}))).toBe(false);
    }
    expect(canBeInterrupted({ type: 'internal', id: '1', kind: 'file_ready', payload: {} })).toBe(
      false,
    );
    expect(canBeInterrupted({ type: 'internal', id: '1', kind: 'message', payload: {} })).toBe(
      false,
    );
  });
});

import { z } from 'zod';
import { ann, bea, group, message, openTurns, press } from '../guards/chat.testkit.js';
import { callbackInput, input, ownContact } from './input.js';

const age = input(z.string().regex(/^\d+$/).transform(Number));
const { context } = openTurns();

describe('input', () => {
  it('reads a valid text, with the type of the schema', () => {
    const result = age.read(context(message({ text: '36' })));
    const years: number | undefined = result.ok ? result.value : undefined;
    expect(years).toBe(36);
    expect(age.read(context(message({ text: 'old' })))).toEqual({ ok: false, fault: 'invalid' });
  });

  it.each([
    message({ photo: [] }),
    message({ text: '/36', entities: [{ type: 'bot_command', offset: 0, length: 3 }] }),
    message({
      photo: [],
      caption: '/36',
      caption_entities: [{ type: 'bot_command', offset: 0, length: 3 }],
    }),
    press('36'),
  ])('finds no text in %j', (update) => {
    expect(age.read(context(update))).toEqual({ ok: false, fault: 'absent' });
  });

  it.each([
    message({ photo: [], caption: '36' }),
    { edited_message: message({ text: '36' }).message },
  ])('reads captions and edited messages: %j', (update) => {
    expect(age.read(context(update))).toEqual({ ok: true, value: 36 });
  });

  it('leaves edits to other handlers', async () => {
    const turns = openTurns();
    const strict = age.on(() => undefined, 'No.');
    for (const text of ['36', 'old']) {
      const edited_message = message({ text }).message;
      expect(await turns.passes(strict, { edited_message })).toBe(true);
    }
    expect(turns.said()).toEqual([]);
  });

  it('calls the handler with a value, and otherwise answers or passes the update on', async () => {
    const turns = openTurns();
    const years: number[] = [];
    const strict = age.on(
      (_ctx, value) => years.push(value),
      (_ctx, fault) => `No: ${fault}`,
    );
    expect(await turns.passes(strict, message({ text: '36' }))).toBe(false);
    expect(await turns.passes(strict, message({ text: 'old' }))).toBe(false);
    expect(turns.said()).toEqual(['No: invalid']);
    const lenient = age.on((_ctx, value) => years.push(value));
    expect(await turns.passes(lenient, message({ text: 'old' }))).toBe(true);
    expect(years).toEqual([36]);
  });
});

describe('ownContact', () => {
  const contact = { phone_number: '49 (170) 123-45', first_name: 'Ann', user_id: ann.id };
  const read = (content: object) => ownContact.read(context(message(content)));

  it("reads the sender's number, with a plus sign and digits only", () => {
    expect(read({ contact: { ...contact, last_name: 'Lee' } })).toEqual({
      ok: true,
      value: { phone: '+4917012345', userId: ann.id, firstName: 'Ann', lastName: 'Lee' },
    });
  });

  it.each([
    { contact: { ...contact, user_id: bea.id } },
    { contact: { ...contact, user_id: undefined } },
    { contact, from: bea },
    { contact, sender_chat: group },
  ])('refuses a contact that is not the sender: %j', (content) => {
    expect(read(content)).toEqual({ ok: false, fault: 'not-own' });
  });

  it('refuses an invalid number, and a message without a contact', () => {
    const invalid = { contact: { ...contact, phone_number: '+0' } };
    expect(read(invalid)).toEqual({ ok: false, fault: 'invalid' });
    expect(read({ text: '+4917012345' })).toEqual({ ok: false, fault: 'absent' });
  });
});

describe('callbackInput', () => {
  it('reads and validates the data of a press', () => {
    const page = callbackInput(z.templateLiteral(['page:', z.number()]));
    expect(page.read(context(press('page:2')))).toEqual({ ok: true, value: 'page:2' });
    expect(page.read(context(press('page:x')))).toEqual({ ok: false, fault: 'invalid' });
    expect(page.read(context(message()))).toEqual({ ok: false, fault: 'absent' });
  });
});

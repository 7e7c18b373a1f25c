import { splitUpdates } from './split-updates.js';

const split = (body: string): string[] | undefined =>
  splitUpdates(Buffer.from(body))?.map((update) => update.toString());

describe('splitUpdates', () => {
  it('splits the list only between its elements', () => {
    const one = '{"update_id":1,"message":{"text":"a,b]}\\"[{\\\\","entities":[{"a":[1,2]},{}]}}';
    const two = '{ "update_id" : 2 }';
    expect(split(`{"ok":true,"result":[${one},\n${two}]}`)).toEqual([one, `\n${two}`]);
    expect(split(`{"result":[${two}],"ok":true}`)).toEqual([two]);
    expect(split(`{"ok":true,"result":[]}`)).toEqual([]);
    expect(split(`{"ok":true,"result":[ \n ]}`)).toEqual([]);
  });

  it('recognizes only a top-level list with the right name', () => {
    const nested = '{"ok":[1],"description":"result","other":{"result":[2]},"result":[3,4]}';
    expect(split(nested)).toEqual(['3', '4']);
    expect(split('{"ok":true,"result":true}')).toBeUndefined();
  });

  it('returns undefined for an incomplete list', () => {
    expect(split('{"ok":true,"result":[{"update_id":1},{"update_id"')).toBeUndefined();
    expect(split('<html>')).toBeUndefined();
  });

  it('returns the same updates as parsing the whole response, for any texts and ids', () => {
    const updates = [
      { update_id: 1, message: { text: '"]},{[\\', caption: '\u2028\ud83d\ude00' } },
      { update_id: 2, message: { chat: { id: -1001234567890 }, entities: [[], [{}], ['[', ']']] } },
      { update_id: 3, custom_event: 'result' },
    ];
    for (const space of [undefined, 2]) {
      const body = JSON.stringify({ ok: true, result: updates }, null, space);
      expect(split(body)?.map((update) => JSON.parse(update) as unknown)).toEqual(updates);
    }
  });

  it('preserves bytes that are not UTF-8', () => {
    const data = Buffer.from([0xff, 0xc3, 0x28]);
    const update = Buffer.concat([Buffer.from('{"d":"'), data, Buffer.from('"}')]);
    const body = Buffer.concat([Buffer.from('{"result":['), update, Buffer.from(']}')]);
    expect(splitUpdates(body)?.map((found) => found.equals(update))).toEqual([true]);
  });
});

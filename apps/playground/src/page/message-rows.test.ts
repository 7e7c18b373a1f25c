import { messageRows } from './message-rows.js';
import { ada, bob, message } from './page.testkit.js';

const noon = new Date(2026, 10, 23, 12);
const at = (daysAgo: number, seconds = 0): number =>
  noon.getTime() / 1000 - daysAgo * 86_400 + seconds;

describe('messageRows', () => {
  it('separates days by their names', () => {
    const rows = messageRows(
      [message(1, { date: at(400) }), message(2, { date: at(1) }), message(3, { date: at(0) })],
      noon,
    );
    const days = rows.flatMap((row) => (row.kind === 'day' ? [row.text] : []));
    expect(days).toHaveLength(3);
    expect(days[0]).toContain('2025');
    expect(days.slice(1)).toEqual(['Yesterday', 'Today']);
  });

  it('groups consecutive messages of one sender, up to a pause or another sender', () => {
    const rows = messageRows(
      [
        message(1, { date: at(0, 0), from: ada }),
        message(2, { date: at(0, 10), from: ada }),
        message(3, { date: at(0, 900), from: ada }),
        message(4, { date: at(0, 901), from: bob }),
      ],
      noon,
    );
    const runs = rows.flatMap((row) => (row.kind === 'bubble' ? [[row.first, row.last]] : []));
    expect(runs).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it("shows an album as one row, without ending the sender's group", () => {
    const album = { from: ada, media_group_id: '7', date: at(0) };
    const rows = messageRows(
      [
        message(1, album),
        message(2, album),
        message(3, album),
        message(4, { ...album, media_group_id: '8' }),
      ],
      noon,
    );
    const bubbles = rows.flatMap((row) => (row.kind === 'bubble' ? [row] : []));
    expect(
      bubbles.map(({ message, album }) => [message, ...album].map((each) => each.message_id)),
    ).toEqual([[1, 2, 3], [4]]);
    expect(bubbles.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('keeps an album together when the bot answers in between', () => {
    const album = { from: ada, media_group_id: '7', date: at(0) };
    const rows = messageRows(
      [message(1, album), message(2, { date: at(0) }), message(3, album)],
      noon,
    );
    const bubbles = rows.flatMap((row) => (row.kind === 'bubble' ? [row] : []));
    expect(bubbles.map(({ message, album }) => [message.message_id, album.length])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  it('shows a service message as a row of its own', () => {
    const joined = message(1, { from: ada, new_chat_members: [bob] });
    expect(messageRows([joined], noon).at(-1)).toEqual({
      kind: 'service',
      key: '1',
      text: 'Ada Byron added Bob',
    });
  });
});

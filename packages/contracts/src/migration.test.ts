import { migrationBetween, readMigration, readUpdate } from './index.js';
import { isBasicGroup } from './migration.js';

const moved = {
  oldChatId: -55,
  newChatId: -1001234567890,
  fromLane: 'c:-55',
  toLane: 'c:-1001234567890',
};

const message = (chat: unknown, fields: object) => ({
  update_id: 1,
  message: { chat: { id: chat }, ...fields },
});

describe('readMigration', () => {
  it.each([
    ['the old chat', message(-55, { migrate_to_chat_id: -1001234567890 })],
    ['the new chat', message(-1001234567890, { migrate_from_chat_id: -55 })],
  ])('recognizes the service message of %s', (_, update) => {
    expect(readMigration(update)).toEqual(moved);
  });

  it('returns the lanes of both chats', () => {
    expect(readUpdate(message(-55, {}))?.lane).toBe(moved.fromLane);
    expect(readUpdate(message(-1001234567890, {}))?.lane).toBe(moved.toLane);
  });

  it.each([
    message(-55, { text: 'hi' }),
    message(5, { migrate_to_chat_id: -1001234567890 }),
    message(-55, { migrate_to_chat_id: -56 }),
    message(-55, { migrate_to_chat_id: '-1001234567890' }),
    message(-1001234567890, { migrate_from_chat_id: 55 }),
    message(-1001234567890, { migrate_from_chat_id: -1009999999999 }),
    message('-55', { migrate_to_chat_id: -1001234567890 }),
    { update_id: 1, edited_message: { chat: { id: -55 }, migrate_to_chat_id: -1001234567890 } },
    { update_id: 1, message: null },
    null,
  ])('returns undefined for %j', (update) => {
    expect(readMigration(update)).toBeUndefined();
  });
});

it('migrationBetween accepts a basic group and a supergroup only', () => {
  expect(migrationBetween(-55, -1001234567890)).toEqual(moved);
  expect(migrationBetween(-55, undefined)).toBeUndefined();
  expect([-1, -999_999_999_999, -1e12, -1001234567890, 0, 5, '-5'].map(isBasicGroup)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

import type { Feed } from '../feed.js';

/** A Bot API `User`. */
export interface User {
  /** The user id, which is also the id of the private chat with the bot. */
  id: number;
  /** Whether the user is a bot. */
  is_bot: boolean;
  /** The first name, or the name of a bot. */
  first_name: string;
  /** The last name. */
  last_name?: string;
  /** The public name, without `@`. */
  username?: string;
  /** The language of the user's app, such as `en`. */
  language_code?: string;
  /** The other fields of a `User`, which are passed through. */
  [field: string]: unknown;
}

/** The people of the simulated world. */
export interface Users {
  get(id: number): User | undefined;
  /** The user with this id, created with a default name when missing. */
  ensure(id: number): User;
  /** Adds a user, or updates the one with this id. Without an id, a free one is assigned. */
  put(fields: Partial<User>): User;
  list(): User[];
  /** Whether this user has blocked the bot. */
  isBlocking(id: number): boolean;
  setBlocking(id: number, blocked: boolean): void;
}

export function createUsers(feed: Feed): Users {
  const users = new Map<number, User>();
  const blocking = new Set<number>();
  let nextId = 1001;

  function put(fields: Partial<User>): User {
    while (fields.id === undefined && users.has(nextId)) nextId += 1;
    const id = fields.id ?? nextId;
    const known = users.get(id) ?? { id, is_bot: false, first_name: `User ${id}` };
    const user = { ...known, ...fields, id };
    users.set(id, user);
    feed.publish('user', () => user);
    return user;
  }

  return {
    get: (id) => users.get(id),
    ensure: (id) => users.get(id) ?? put({ id }),
    put,
    list: () => [...users.values()],
    isBlocking: (id) => blocking.has(id),
    setBlocking(id, blocked) {
      if (blocked) blocking.add(id);
      else blocking.delete(id);
    },
  };
}

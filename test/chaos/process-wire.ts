import type { RedisProxy } from '@chatlane/testing';

/** Controls the connections of one process to Redis. */
export type ProcessWire = Pick<RedisProxy, 'url' | 'cut' | 'stall' | 'flow' | 'stop'>;

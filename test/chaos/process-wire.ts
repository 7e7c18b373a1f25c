import type { RedisProxy } from '@chatlane/tooling';

/** What faults do to the connections of one process. */
export type ProcessWire = Pick<RedisProxy, 'url' | 'cut' | 'stall' | 'flow' | 'stop'>;

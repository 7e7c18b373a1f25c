import type { BroadcastRunnerOptions } from '@chatlane/broadcasts';

export { createBroadcastRunner, createBroadcasts } from '@chatlane/broadcasts';

export declare const { redis, name, sender }: BroadcastRunnerOptions;
export declare const operator: number;

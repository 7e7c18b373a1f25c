import type { Deployment, DeploymentOptions, LaneWorkerOptions, TurnOutbox } from '@chatlane/lanes';
import type { Queue } from 'bullmq';

export { connectBoth } from '@chatlane/redis';

export declare const { redis, fast }: Required<DeploymentOptions>;
export declare const body: string;
export declare const fileId: string;
export declare const options: LaneWorkerOptions;
export declare const deployment: Deployment;
export declare const outbox: TurnOutbox;
export declare const queue: Queue;
export declare const chatId: number;
export declare const payment: { id: string };

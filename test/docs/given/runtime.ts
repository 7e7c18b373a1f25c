import type { createLogger, Lifecycle, ProcessConfig, ProcessOptions } from '@chatlane/runtime';

export { z } from 'zod';
export { readRedisUrl } from '@chatlane/redis';

export declare const env: NodeJS.ProcessEnv;
export declare const config: { redisUrl: string };
export declare const lifecycle: Lifecycle;
export declare const server: { start(): Promise<void>; stop(): Promise<void> };
export declare const registry: object;
export declare const logger: ReturnType<typeof createLogger>;
export declare const [createIngressMetrics, createIngressLog]: ((to: unknown) => {
  onPushed?(event: { lane: string }): void;
})[];
export declare const readIngressConfig: ProcessOptions<ProcessConfig>['config'];
export declare const createIngress: ProcessOptions<ProcessConfig>['create'];

import { infoField, type Redis } from '@chatlane/redis';

/** Cumulative resource usage of a Redis. */
export interface RedisSpent {
  cpuMicros: number;
  /** Commands that were executed, including those called by scripts. */
  commands: number;
  memoryBytes: number;
}

export async function readSpent(redis: Redis): Promise<RedisSpent> {
  const info = await redis.info();
  const field = (name: string): number => Number(infoField(info, name));
  return {
    cpuMicros: (field('used_cpu_user') + field('used_cpu_sys')) * 1e6,
    commands: field('total_commands_processed'),
    memoryBytes: field('used_memory'),
  };
}

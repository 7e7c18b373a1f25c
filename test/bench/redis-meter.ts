import { infoField, type Redis } from '@chatlane/redis';

/** What a Redis has spent up to now. */
export interface RedisSpent {
  cpuMicros: number;
  /** Those called by scripts among them. */
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

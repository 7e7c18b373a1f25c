import type { ClientTurn } from '@chatlane/telegram';
import type { Redis } from 'ioredis';
import type { Update } from 'telegraf/types';

export declare const [token, name]: string[];
export declare const redis: Redis;
export declare const update: Update;
export declare const turn: ClientTurn;
export declare const { signal, isHeld }: ClientTurn;
export declare const message: { chat_id: number; text: string };

import { createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { BotPorts, CodeMessage } from '@chatlane/bot';
import { createKnownChats } from '@chatlane/broadcasts';
import { createFileIndex } from '@chatlane/downloads';
import type { Redis } from '@chatlane/redis';
import { createFileLinks, type ReadableStorage } from '@chatlane/storage';
import type { TelegramClient } from '@chatlane/telegram';
import type { WorkerConfig } from './config.js';

/** Options of `createBotPorts`. */
export interface BotPortsOptions {
  config: Pick<WorkerConfig, 'name' | 'token' | 'codeDelivery' | 'ownerIds' | 'fileLinks'>;
  /** A connection that fails fast, so that handlers do not hang. */
  redis: Redis;
  client: Pick<TelegramClient, 'telegram'>;
  storage: Pick<ReadableStorage, 'get'>;
  /** Where `console` writes codes. Not the log, because logs are stored and read by others. */
  terminal: Pick<NodeJS.WritableStream, 'write'>;
}

/** Connects the bot to the worker's services. */
export function createBotPorts({
  config,
  redis,
  client,
  storage,
  terminal,
}: BotPortsOptions): BotPorts {
  const { name, token, ownerIds, fileLinks } = config;
  const deliver: Record<WorkerConfig['codeDelivery'], (message: CodeMessage) => Promise<void>> = {
    async chat({ chatId, to, text, signal }) {
      signal.throwIfAborted();
      await client.telegram.sendMessage(chatId, `SMS → ${to}\n${text}`);
    },
    console({ to, text }) {
      terminal.write(`SMS → ${to}: ${text}\n`);
      return Promise.resolve();
    },
  };
  return {
    redis,
    name,
    ownerIds,
    secret: secretOf(token),
    deliverCode: deliver[config.codeDelivery],
    chats: createKnownChats({ redis, name }),
    fileIndex: createFileIndex({ redis, name }),
    async readFile({ key, size }, maxBytes) {
      const found = size > maxBytes ? undefined : await storage.get(key);
      return found && buffer(found.stream);
    },
    ...(fileLinks && { fileLink: createFileLink(fileLinks) }),
  };
}

function createFileLink(
  options: NonNullable<WorkerConfig['fileLinks']>,
): NonNullable<BotPorts['fileLink']> {
  const { seconds } = options;
  const links = createFileLinks(options);
  return ({ key, name, type }) => ({ url: links.sign({ key, name, type }, seconds), seconds });
}

/** The same in every worker; the token cannot be derived from it. */
function secretOf(token: string): string {
  return createHmac('sha256', token).update('chatlane: secret of the bot').digest('hex');
}

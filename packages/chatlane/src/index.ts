export {
  createClient,
  EventNotStoredError,
  type Client,
  type ClientEventOptions,
  type ClientOptions,
} from '@chatlane/lanes';
export * from '@chatlane/middleware';

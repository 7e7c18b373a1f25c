import { warnAboutChatCodes } from './warn-about-chat-codes.js';

const real = {
  codeDelivery: 'chat',
  apiRoot: 'https://api.telegram.org',
  botModule: undefined,
} as const;

function warningsOf(config: Parameters<typeof warnAboutChatCodes>[0]): unknown[] {
  const warnings: unknown[] = [];
  warnAboutChatCodes(config, { warn: (...line: unknown[]) => void warnings.push(line.at(-1)) });
  return warnings;
}

describe('one-time codes in the chat', () => {
  it('cause one warning with the real Telegram', () => {
    expect(warningsOf(real)).toEqual([
      expect.stringContaining('proves nothing; pass your own deliverCode'),
    ]);
  });

  it.each([
    { apiRoot: 'http://127.0.0.1:8080' },
    { apiRoot: 'http://localhost:8080' },
    { apiRoot: 'http://[::1]:8080' },
    { codeDelivery: 'console' as const },
    { botModule: 'bots/mine.mjs' },
  ])('cause no warning with %j', (other) => {
    expect(warningsOf({ ...real, ...other })).toEqual([]);
  });
});

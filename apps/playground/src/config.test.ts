import { playgroundConfig } from './config.js';

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(playgroundConfig({})).toMatchObject({ port: 8080, timeScale: 1, rateLimits: true });
  });

  it('hides the token from the logs', () => {
    const { token, secrets } = playgroundConfig({});
    expect(secrets).toContain(token);
  });

  it('names every fault at once', () => {
    const env = {
      PLAYGROUND_PORT: 'x',
      PLAYGROUND_TIME_SCALE: '0',
      PLAYGROUND_RATE_LIMITS: 'maybe',
    };
    expect(() => playgroundConfig(env)).toThrow(
      /PLAYGROUND_PORT: .*\n?[^]*PLAYGROUND_TIME_SCALE: [^]*PLAYGROUND_RATE_LIMITS: /,
    );
  });
});

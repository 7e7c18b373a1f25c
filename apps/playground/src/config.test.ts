import { playgroundConfig } from './config.js';

describe('the configuration', () => {
  it('has a default for every setting', () => {
    expect(playgroundConfig({})).toMatchObject({ port: 8080, timeScale: 1, rateLimits: true });
  });

  it('marks the token as a secret for the log', () => {
    const { token, secrets } = playgroundConfig({});
    expect(secrets).toContain(token);
  });

  it('reports every invalid setting at once', () => {
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

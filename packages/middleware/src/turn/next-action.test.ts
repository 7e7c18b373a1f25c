import { nextActionAfter } from './next-action.js';

const running = { signal: new AbortController().signal };

describe('nextActionAfter', () => {
  it.each(['retry', 'retry-after', 'never', 'over'] as const)(
    'believes an error that asks for "%s"',
    (nextAction) => {
      const error = Object.assign(new Error('stated'), { nextAction });
      expect(nextActionAfter(error, running)).toBe(nextAction);
    },
  );

  it.each([
    new Error('bug'),
    Object.assign(new Error('odd'), { nextAction: 'dance' }),
    'text',
    null,
  ])('retries after anything else that was thrown: %s', (error) =>
    expect(nextActionAfter(error, running)).toBe('retry'),
  );

  it('asks for nothing once the signal fired, whatever was thrown', () => {
    expect(nextActionAfter(new Error('bug'), { signal: AbortSignal.abort() })).toBe('over');
  });
});

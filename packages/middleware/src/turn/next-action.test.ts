import { nextActionAfter } from './next-action.js';

const running = { signal: new AbortController().signal };

describe('nextActionAfter', () => {
  it.each(['retry', 'retry-after', 'never', 'over'] as const)(
    'returns the action that an error states: %s',
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
  ])('returns `retry` for any other thrown value: %s', (error) =>
    expect(nextActionAfter(error, running)).toBe('retry'),
  );

  it('returns `over` once the signal has fired, whatever was thrown', () => {
    expect(nextActionAfter(new Error('bug'), { signal: AbortSignal.abort() })).toBe('over');
  });
});

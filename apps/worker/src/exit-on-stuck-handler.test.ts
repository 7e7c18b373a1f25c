import type { Turn } from '@chatlane/lanes';
import { createExitOnStuckHandler } from './exit-on-stuck-handler.js';

const turn = {
  lane: 'c:7',
  attempt: 2,
  event: { type: 'update', updateId: 12, kind: 'message', update: { update_id: 12 } },
} as unknown as Turn;

/** What is logged about a stuck handler with this context, and how often the process was asked to exit. */
function logOf(ctx?: object): { logged: object; failures: number } {
  const lines: object[] = [];
  let failures = 0;
  const { contexts, onStuck } = createExitOnStuckHandler(
    { fatal: (line: object) => void lines.push(line) },
    [{ commands: [{ command: 'report', description: 'Makes a report' }] }],
    () => (failures += 1),
  );
  if (ctx) contexts.set(turn, ctx);
  onStuck(turn);
  expect(lines).toHaveLength(1);
  return { logged: lines[0]!, failures };
}

describe('a stuck handler', () => {
  const event = { lane: 'c:7', eventId: '12', kind: 'message', attempt: 2 };

  it('is logged with its event, and makes the process exit', () => {
    expect(logOf()).toEqual({ logged: event, failures: 1 });
  });

  it('is logged with its command and its scene', () => {
    const ctx = {
      message: { text: '/Report@lane_bot for Ann' },
      scene: { current: { id: 'survey' } },
    };
    expect(logOf(ctx).logged).toEqual({ ...event, command: '/report', scene: 'survey' });
  });

  it('is logged without user text', () => {
    expect(logOf({ message: { text: '/secret' } }).logged).toEqual(event);
    expect(logOf({ message: { caption: 'report' } }).logged).toEqual(event);
  });

  it('is logged even if its session cannot be read', () => {
    const scene = {
      get current(): never {
        throw new Error('no session');
      },
    };
    expect(logOf({ message: { caption: '/report' }, scene }).logged).toEqual({
      ...event,
      command: '/report',
    });
  });
});

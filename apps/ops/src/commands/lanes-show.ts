import { lifeMs } from '@chatlane/contracts';
import type { LaneDetails } from '@chatlane/lanes';
import {
  jsonOption,
  readCount,
  readLane,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { indented, sheet, table } from '../output/table.js';
import { bytes, counted, span } from '../output/format.js';
import { Refusal } from '../refusal.js';
import { stateTiming } from './lanes-list.js';

interface Options extends CommonOptions {
  raw?: boolean;
  limit: number;
}

export const addLanesShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .argument('<lane>', 'its name', readLane)
    .description("show a lane's state and its waiting events, without users' texts")
    .option('--raw', "include the events and sessions, which contain users' texts")
    .option('--limit <count>', 'the maximum number of events shown', readCount, 20)
    .addOption(jsonOption())
    .action((name: string, options: Options) =>
      run(options, async ({ deployment }) => {
        const { lanes, deadLetters } = deployment.operator;
        const [lane, dead] = await Promise.all([
          lanes.show(name, { events: options.limit }),
          deadLetters.count({ lane: name }),
        ]);
        if (!lane && dead === 0) {
          throw new Refusal(`${name} is idle: nothing waits in it, or it never existed.`, 1);
        }
        const hint =
          dead > 0 && `${counted(dead, 'dead letter')}: chatlane-ops dead list --lane ${name}`;
        if (!lane) {
          const text = sheet([
            ['lane', name],
            ['state', 'idle: nothing waits in it'],
            ['given up', hint || ''],
          ]);
          return { json: { lane: name, state: 'idle', waiting: 0, deadLetters: dead }, text };
        }
        const now = await deployment.now();
        const raw = options.raw ?? false;
        return {
          json: { ...asJson(lane, raw), deadLetters: dead },
          text: asText(lane, raw, now, hint || undefined),
        };
      }),
    );
};

function asText(lane: LaneDetails, raw: boolean, now: number, givenUp?: string): string {
  const { events, sessions, waiting } = lane;
  const parts = [
    sheet([
      ['lane', lane.lane],
      ['state', `${lane.state}, ${stateTiming(lane, now)}`],
      ...(lane.reason === undefined ? [] : [['why', lane.reason] as const]),
      ['waiting', waiting],
      ['attempts', `${lane.attempts} at the head`],
      ...(givenUp === undefined ? [] : [['given up', givenUp] as const]),
      ...(lane.epoch === undefined ? [] : [['epoch', lane.epoch] as const]),
      ...(lane.pausePending ? [['pause', 'after the running turn'] as const] : []),
      ...sessions.map(
        ({ user, json }) =>
          [
            'session',
            `of ${user || 'the chat'}: ${json === undefined ? 'none' : bytes(Buffer.byteLength(json))}`,
          ] as const,
      ),
    ]),
    '',
    table(
      ['', 'EVENT', 'KIND', 'ARRIVED', { head: 'SIZE', side: 'right' }, ''],
      events.map(({ id, kind, arrivedAt, raw: body }, index) => [
        index === 0 ? 'head' : '',
        id,
        kind,
        `${span(now - arrivedAt)} ago`,
        bytes(body.length),
        now - arrivedAt > (lifeMs(kind) ?? Infinity) ? 'expired' : '',
      ]),
      'No mail.',
    ),
    ...(waiting > events.length ? [`... and ${waiting - events.length} more`] : []),
  ];
  if (raw) {
    const bodies = events.map(({ id, raw: body }) => `event ${id}: ${body.toString()}`);
    bodies.push(...sessions.map(({ user, json }) => `session of ${user}: ${json ?? 'none'}`));
    parts.push('', ...bodies.map((body) => indented(body)));
  }
  return parts.join('\n');
}

function asJson({ events, sessions, ...lane }: LaneDetails, raw: boolean): object {
  return {
    ...lane,
    events: events.map(({ raw: body, ...event }) => ({
      ...event,
      bytes: body.length,
      ...(raw && { raw: body.toString() }),
    })),
    sessions: sessions.map(({ user, json }) => ({
      user,
      bytes: json === undefined ? 0 : Buffer.byteLength(json),
      ...(raw && { json }),
    })),
  };
}

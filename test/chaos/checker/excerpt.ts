import type { History, KnownUpdate, Turn } from './history.js';
import type { LaneView } from './lane-view.js';

/** The maximum number of lines in an excerpt. */
const LINES = 40;

/** Everything that happened to the given updates of a lane, in order of time, with the troubles of that time. */
export function excerptOf(history: History, view: LaneView, ids: readonly number[]): string[] {
  const wanted = new Set(ids);
  const turns = view.turns.filter(({ update }) => wanted.has(update));
  const lines: [at: number, text: string][] = [
    ...view.updates.filter(({ update }) => wanted.has(update)).flatMap(pushLine),
    ...turns.flatMap((turn) => turnLines(turn, view)),
    ...answerLines(history, turns),
    ...view.dead
      .filter(({ update }) => wanted.has(update))
      .map(({ update, attempts, error }): [number, string] => [
        Infinity,
        `update ${update} is a dead letter after ${attempts} attempts: ${error}`,
      ]),
  ];
  const times = lines.map(([at]) => at).filter(Number.isFinite);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const troubles: typeof lines = [];
  for (const { what, from, to, pid } of history.troubles) {
    if (from > last || to < first) continue;
    if (pid !== undefined && !turns.some((turn) => turn.pid === pid)) continue;
    troubles.push([from, pid === undefined ? what : `${what} (process ${pid})`]);
  }
  const shown = [...lines, ...troubles].slice(0, LINES).sort(([a], [b]) => a - b);
  const left = lines.length + troubles.length - shown.length;
  const text = shown.map(([at, line]) => `${stamp(at, first)} ${line}`);
  return left > 0 ? [...text, `... ${left} more`] : text;
}

function pushLine({ update, pushedAt, text }: KnownUpdate): [number, string][] {
  const name = text === undefined ? `update ${update}` : `update ${update} (${text})`;
  return pushedAt === undefined ? [] : [[pushedAt, `${name} is answered 200`]];
}

function turnLines(turn: Turn, view: LaneView): [number, string][] {
  const name = `update ${turn.update} attempt ${turn.attempt} in turn ${turn.id}`;
  const end = view.committedTurns.has(turn.id) ? 'ends, and was committed' : 'ends';
  return [
    [turn.startedAt, `${name} starts`],
    ...(turn.sendingAt === undefined ? [] : [at(turn.sendingAt, `${name} sends`)]),
    ...(turn.endedAt === undefined ? [] : [at(turn.endedAt, `${name} ${end}`)]),
    ...(turn.threwAt === undefined ? [] : [at(turn.threwAt, `${name} throws`)]),
  ];
}

function answerLines(history: History, turns: readonly Turn[]): [number, string][] {
  const ids = new Set(turns.map(({ id }) => id));
  const updates = new Set(turns.map(({ update }) => update));
  return [
    ...history.answers
      .filter(({ turn }) => ids.has(turn))
      .flatMap(({ turn, number, sendingAt, readAt, refusedAt }) => [
        at(sendingAt, `turn ${turn} sends answer ${number}`),
        ...(readAt === undefined ? [] : [at(readAt, `turn ${turn} reads that it was sent`)]),
        ...(refusedAt === undefined
          ? []
          : [at(refusedAt, `turn ${turn} reads that it was refused`)]),
      ]),
    ...history.delivered
      .filter(({ update }) => updates.has(update))
      .map(({ number, to }) => at(to, `answer ${number} arrives`)),
  ];
}

function at(time: number, text: string): [number, string] {
  return [time, text];
}

function stamp(time: number, first: number): string {
  return Number.isFinite(time) ? `+${((time - first) / 1_000).toFixed(3)}s` : 'at the end';
}

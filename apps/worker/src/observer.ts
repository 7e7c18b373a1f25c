import type { LaneObserver } from '@chatlane/lanes';

/** Tells two observers of the same things. */
export function bothObservers(one: LaneObserver, other: LaneObserver): LaneObserver {
  return {
    turnStarted(...told) {
      one.turnStarted?.(...told);
      other.turnStarted?.(...told);
    },
    turnEnded(...told) {
      one.turnEnded?.(...told);
      other.turnEnded?.(...told);
    },
    moved(...told) {
      one.moved?.(...told);
      other.moved?.(...told);
    },
    opened(...told) {
      one.opened?.(...told);
      other.opened?.(...told);
    },
    swept(...told) {
      one.swept?.(...told);
      other.swept?.(...told);
    },
    trouble(...told) {
      one.trouble?.(...told);
      other.trouble?.(...told);
    },
  };
}

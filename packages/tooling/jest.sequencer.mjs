import { join, sep } from 'node:path';
import Sequencer from '@jest/test-sequencer';
import { root } from './setup/root.mjs';

const systems = join(root, 'test') + sep;

/** On a machine that has not run them yet, jest takes large files for slow ones; those that start whole systems are. */
export default class SystemsFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSystem = ({ path, duration }) => duration === undefined && path.startsWith(systems);
    return [...sorted.filter(isSystem), ...sorted.filter((test) => !isSystem(test))];
  }
}

import { join, sep } from 'node:path';
import Sequencer from '@jest/test-sequencer';
import { root } from './setup/root.mjs';

const systems = join(root, 'test') + sep;

/** Without earlier timings, jest starts with the largest test files. The slowest are those that start whole systems. */
export default class SystemsFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSystem = ({ path, duration }) => duration === undefined && path.startsWith(systems);
    return [...sorted.filter(isSystem), ...sorted.filter((test) => !isSystem(test))];
  }
}

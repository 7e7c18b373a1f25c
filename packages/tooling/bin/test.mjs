// npm test: installs what is missing, then checks and tests everything:
//   npm test                         format, lint, types, all tests
//   npm test -- packages/lanes       only the tests of these folders or files (jest options are passed on)
import { checkMachine } from '../setup/machine.mjs';

checkMachine();
const { testAll } = await import('../setup/test-run.mjs');
process.exit(await testAll(process.argv.slice(2)));

// npm start: installs and builds what is missing, then runs the launcher (packages/launcher).
import { checkMachine, fail } from '../setup/machine.mjs';

checkMachine();
// Imported only after the check, because an old Node would fail on these modules before it could be reported.
const { install } = await import('../setup/install.mjs');
const { build } = await import('../setup/build.mjs');
const { readEnvironment } = await import('../setup/environment.mjs');

if (!(await install())) fail('npm ci failed; its output is above.');
if (!(await build())) fail("The build failed; the compiler's output is above.");
const { start } = await import('@chatlane/launcher');
process.exit(await start(process.argv.slice(2), readEnvironment()));

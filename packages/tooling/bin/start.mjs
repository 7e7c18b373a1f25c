// npm start: installs and builds what is missing, then hands over to the launcher (packages/launcher).
import { checkMachine, fail } from '../setup/machine.mjs';

checkMachine();
// Loaded only now: an old Node would stumble over what these use before it could be told off.
const { install } = await import('../setup/install.mjs');
const { build } = await import('../setup/build.mjs');
const { readEnvironment } = await import('../setup/environment.mjs');

if (!(await install())) fail('npm ci failed; what it said is above.');
if (!(await build())) fail('The build failed; what the compiler said is above.');
const { start } = await import('@chatlane/launcher');
process.exit(await start(process.argv.slice(2), readEnvironment()));

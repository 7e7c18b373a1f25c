// npm start: installs and builds what is missing, then runs `chatlane dev`, by default with the example bot.
import { checkMachine, fail } from '../setup/machine.mjs';

checkMachine();
// Imported only after the check, because an old Node would fail on these modules before it could be reported.
const { install } = await import('../setup/install.mjs');
const { build } = await import('../setup/build.mjs');
const { root } = await import('../setup/root.mjs');

if (!(await install())) fail('npm ci failed; its output is above.');
if (!(await build())) fail("The build failed; the compiler's output is above.");
const { runCli } = await import('@chatlane/launcher');
const defaultBot = `${root}packages/bot/dist/index.js`;
process.exit(await runCli(['dev', ...process.argv.slice(2)], { defaultBot }));

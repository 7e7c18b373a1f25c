// Before npm start and npm test, whose scripts need a POSIX shell: says so where there is none.
import { checkMachine } from '../setup/machine.mjs';

checkMachine();

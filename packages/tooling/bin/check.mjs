// Runs before npm start and npm test, whose scripts need a POSIX shell, and reports an unsupported system.
import { checkMachine } from '../setup/machine.mjs';

checkMachine();

import { createAdmins, createButtons, type Admins, type Buttons } from '@chatlane/middleware';
import { createCodeQuota, type CodeQuota } from './code-quota.js';
import type { BotContext } from './context.js';
import { createOneTimeCodes } from './one-time-code.js';
import type { BotPorts } from './ports.js';

/** Raise it when the meaning of a button changes. Buttons of the earlier version then no longer work. */
const BUTTONS_VERSION = '1';

const MAX_CODES_PER_HOUR = 5;

/** The dependencies of the features. */
export interface Parts {
  ports: BotPorts;
  buttons: Buttons<BotContext>;
  admins: Admins;
  codes: ReturnType<typeof createOneTimeCodes>;
  codeQuota: CodeQuota;
}

export function createParts(ports: BotPorts): Parts {
  return {
    ports,
    buttons: createButtons<BotContext>({
      secret: ports.secret,
      version: BUTTONS_VERSION,
      refused: (ctx, reason) =>
        ctx.t(reason === 'not-yours' ? 'guard.buttonNotYours' : 'unknown.button'),
    }),
    admins: createAdmins(ports),
    codes: createOneTimeCodes(ports.secret),
    codeQuota: createCodeQuota(ports, MAX_CODES_PER_HOUR),
  };
}

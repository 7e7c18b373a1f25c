import { createAdmins, createButtons, type Admins, type Buttons } from '@chatlane/middleware';
import { createCodeQuota, type CodeQuota } from './code-quota.js';
import type { BotContext } from './context.js';
import { createOneTimeCodes } from './one-time-code.js';
import type { BotPorts } from './ports.js';

/** Raise it when a button changes its meaning: those of the version before are then no longer in use. */
const BUTTONS_VERSION = '1';

const MOST_CODES_AN_HOUR = 5;

/** What features are built with. */
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
    codeQuota: createCodeQuota(ports, MOST_CODES_AN_HOUR),
  };
}

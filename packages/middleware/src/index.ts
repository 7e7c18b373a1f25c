export { session, type SessionOptions } from './session/session.js';
export type { Counted } from './turn/counted.js';
export { countMiddleware } from './turn/metrics.js';
export { nextActionAfter, type NextAction } from './turn/next-action.js';
export type { TurnContext, TurnInfo, TurnSessions } from './turn/turn.js';

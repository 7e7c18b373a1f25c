export type { Call } from './api/call-log.js';
export type { CallScript, ReceivedCall, ScriptedAnswer } from './api/scripted-calls.js';
export type { InlineQueryView } from './api/inline/query-view.js';
export type { Delivery, DeliveryOutcome } from './delivery/delivery-log.js';
export { faultKinds, type FaultKind, type FaultRule, type Faults } from './faults.js';
export { createSimulatorServer } from './http-server.js';
export type { SimulatorLogger } from './logger.js';
export {
  createSimulator,
  simulatorToken,
  type Simulator,
  type SimulatorOptions,
} from './simulator.js';
export { fileContent, type SentFile } from './play/file-content.js';
export type { People } from './play/people.js';
export { typedText } from './play/typed-text.js';
export { startSimulator, type ApiAnswer, type RunningSimulator } from './start.js';
export type { ChatIdentity } from './world/chat-identity.js';
export type { ChatView } from './world/chat.js';
export type { BotCommand } from './world/commands.js';
export type { ResultsButton } from './world/inline-query.js';
export type { InlineButton, Message, MessageEntity, ReplyMarkup } from './world/message.js';
export type { Poll, Votes } from './world/polls.js';
export type { User } from './world/user.js';

export {
  createBroadcasts,
  type BroadcastDraft,
  type Broadcasts,
  type BroadcastsOptions,
  type Preview,
} from './broadcasts.js';
export { createBroadcastRunner, type BroadcastRunner } from './runner.js';
export type { BroadcastRunnerOptions } from './runner.js';
export type { BroadcastSender, SendResult } from './sender.js';
export { observeBroadcasts } from './metrics.js';
export type { BroadcastObserver } from './observer.js';
export type { FinalOutcome, Outcome } from './outcomes.js';
export { outcomes } from './outcomes.js';
export { BroadcastError, broadcastStates, type BroadcastState } from './states.js';
export type { BroadcastStatus } from './status.js';
export type { RecipientResult } from './results.js';
export { readContent } from './read-content.js';
export {
  broadcastMedia,
  type BroadcastButton,
  type BroadcastCall,
  type BroadcastContent,
  type BroadcastMessage,
  type MessageAddress,
} from './content.js';
export {
  createChatRecorder,
  type ChatRecorder,
  type ChatRecorderOptions,
} from './chat-recorder.js';
export { createKnownChats, type KnownChat, type KnownChats } from './known-chats.js';
export { readSegment, type Segment } from './segment.js';

import type { Simulator } from '../simulator.js';
import type { Method } from './method.js';
import { accountMethods } from './methods/account.js';
import { answerMethods } from './methods/answer.js';
import { inlineMethods } from './methods/answer-inline.js';
import { chatManagementMethods } from './methods/chat-management.js';
import { chatMethods } from './methods/chats.js';
import { commandMethods } from './methods/commands.js';
import { deleteMethods } from './methods/delete.js';
import { deliveryMethods } from './methods/delivery.js';
import { editMethods } from './methods/edit.js';
import { fileMethods } from './methods/files.js';
import { forumTopicMethods } from './methods/forum-topics.js';
import { forwardMethods } from './methods/forward.js';
import { moderationMethods } from './methods/moderation.js';
import { pollMethods } from './methods/polls.js';
import { mediaMethods } from './methods/send-media.js';
import { draftMethods } from './methods/send-draft.js';
import { otherSendMethods } from './methods/send-other.js';
import { textMethods } from './methods/send-text.js';

const families = [
  accountMethods,
  answerMethods,
  chatManagementMethods,
  chatMethods,
  commandMethods,
  deleteMethods,
  deliveryMethods,
  draftMethods,
  editMethods,
  fileMethods,
  inlineMethods,
  forumTopicMethods,
  forwardMethods,
  mediaMethods,
  moderationMethods,
  otherSendMethods,
  pollMethods,
  textMethods,
];

/** A method and its name. */
export interface NamedMethod {
  /** As the Bot API documentation spells it. */
  name: string;
  run: Method;
}

/** All methods by lower-case name: Telegram ignores case. */
export function methodTable(simulator: Simulator): Map<string, NamedMethod> {
  const methods = families.flatMap((family) => Object.entries(family(simulator)));
  return new Map(methods.map(([name, run]) => [name.toLowerCase(), { name, run }]));
}

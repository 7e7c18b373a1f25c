import type { Message } from '@chatlane/simulator';
import { labelOf } from './transcript.js';

/** A button that a person can press. */
export interface ShownButton {
  label: string;
  message: Message;
  /** The button as the bot has sent it. */
  button: { text: string; [field: string]: unknown };
  /** Whether it is below its message, and not on the chat's keyboard. */
  isInline: boolean;
}

/** The buttons of a message, in rows of labels. */
export function labelsIn({ reply_markup: markup }: Message): string[][] {
  const rows = markup?.inline_keyboard ?? (markup?.['keyboard'] as Row[] | undefined) ?? [];
  return rows.map((row) => row.map(labelOf));
}

type Row = (string | ShownButton['button'])[];

/** All buttons that a person can press in a chat, the newest message first. */
export function buttonsIn(messages: readonly Message[]): ShownButton[] {
  const buttons: ShownButton[] = [];
  let isKeyboardKnown = false;
  for (const message of messages.toReversed()) {
    const {
      inline_keyboard: inline,
      keyboard,
      remove_keyboard: removed,
    } = message.reply_markup ?? {};
    for (const button of inline?.flat() ?? []) {
      buttons.push({ label: button.text, message, button, isInline: true });
    }
    if (isKeyboardKnown) continue;
    isKeyboardKnown = keyboard !== undefined || removed !== undefined;
    for (const each of ((keyboard ?? []) as Row[]).flat()) {
      const button = typeof each === 'string' ? { text: each } : each;
      buttons.push({ label: button.text, message, button, isInline: false });
    }
  }
  return buttons;
}

import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Refusal } from './refusal.js';

/** The terminal on which questions are asked. */
export interface Terminal {
  input: NodeJS.ReadStream;
  errors: NodeJS.WriteStream;
}

/** Asks a yes/no question. @throws Refusal unless a user at a terminal answers yes */
export async function ask(question: string, { input, errors }: Terminal): Promise<void> {
  if (!input.isTTY) {
    throw new Refusal(`${question} There is no terminal to ask on: add --yes to confirm.`, 2);
  }
  const prompt = createInterface({ input, output: errors });
  try {
    // Ctrl-D ends the input without an answer, and then `question` never resolves.
    const nothing = once(prompt, 'close').then(() => '');
    const reply = await Promise.race([prompt.question(`${question} [y/N] `), nothing]);
    if (!/^y(es)?$/i.test(reply.trim())) throw new Refusal('Nothing was changed.', 1);
  } finally {
    prompt.close();
  }
}

import { createInterface } from 'node:readline/promises';
import { Refusal } from './refusal.js';

/** Where questions are asked. */
export interface Terminal {
  input: NodeJS.ReadStream;
  errors: NodeJS.WriteStream;
}

/** @throws Refusal unless a person at a terminal answers yes */
export async function ask(question: string, { input, errors }: Terminal): Promise<void> {
  if (!input.isTTY) {
    throw new Refusal(`${question} There is nobody to ask: add --yes to mean it.`, 2);
  }
  const prompt = createInterface({ input, output: errors });
  try {
    const said = await prompt.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(said.trim())) throw new Refusal('Nothing was changed.', 1);
  } finally {
    prompt.close();
  }
}

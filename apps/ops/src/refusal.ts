/** The command was not carried out; `message` explains why, and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    message: string,
    /** 1: it does not exist or did not work. 2: wrong usage. */
    readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

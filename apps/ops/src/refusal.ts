/** The command was not carried out; `message` tells a person why, and what would be right. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    message: string,
    /** 1: it is not there, or did not work. 2: it was asked for wrongly. */
    readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

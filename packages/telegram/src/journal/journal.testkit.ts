import type { TurnJournal } from './turn-journal.js';

/** An in-memory journal that records the calls of its methods in order. */
export class MemoryJournal implements TurnJournal {
  readonly lines: string[] = [];
  readonly #done = new Map<string, unknown>();
  readonly #unknown = new Map<string, number>();
  readonly #lost = new Map<string, number>();
  /** Set it to a rejection to make `begin` fail. */
  stored: Promise<void> = Promise.resolve();

  recall(key: string): ReturnType<TurnJournal['recall']> {
    if (this.#done.has(key)) return { state: 'done', result: this.#done.get(key) };
    const times = this.#unknown.get(key) ?? 0;
    const lost = this.#lost.get(key) ?? 0;
    return times > 0 ? { state: 'unknown', times, lost } : { state: 'new' };
  }

  begin(key: string, what: string): Promise<void> {
    this.lines.push(`begin ${what}`);
    this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1);
    return this.stored;
  }

  done(key: string, result: unknown): void {
    this.lines.push('done');
    this.#done.set(key, result);
  }

  undo(key: string): void {
    this.lines.push('undo');
    this.#unknown.set(key, (this.#unknown.get(key) ?? 1) - 1);
  }

  cutOff(): void {
    this.lines.push('cut off');
  }

  lost(key: string): void {
    this.lines.push('lost');
    this.#lost.set(key, (this.#lost.get(key) ?? 0) + 1);
  }
}

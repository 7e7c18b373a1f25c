/** One session, taken out at the start of a turn and put back at its end. */
export interface SessionDrawer<S> {
  load(): Promise<S | undefined>;
  save(value: S | undefined): Promise<void>;
}

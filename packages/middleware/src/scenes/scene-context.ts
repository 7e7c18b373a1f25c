import type { Context, Scenes } from 'telegraf';

/** What Telegraf's Stage puts on a context, as far as it is used here. */
export interface SceneControl {
  readonly session: Scenes.SceneSessionData;
  state: object;
  readonly current: { id: string } | undefined;
  enter(sceneId: string, initialState?: object): Promise<unknown>;
  leave(): Promise<void>;
  reset(): void;
}

/** A context behind a Stage. */
export type InStage = Context & { scene: SceneControl };

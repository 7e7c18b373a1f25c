import type { Context, Scenes } from 'telegraf';

/** The used part of `ctx.scene`, which Telegraf's Stage sets on a context. */
export interface SceneControl {
  readonly session: Scenes.SceneSessionData;
  state: object;
  readonly current: { id: string } | undefined;
  enter(sceneId: string, initialState?: object): Promise<unknown>;
  leave(): Promise<void>;
  reset(): void;
}

/** The context behind a Stage. */
export type InStage = Context & { scene: SceneControl };

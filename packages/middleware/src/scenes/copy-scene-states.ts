import type { Context } from 'telegraf';
import { copyData } from '../copy-data.js';

/** What Telegraf's Stage puts on each context. */
interface StageScene {
  options: { defaultSession: object };
  enter(sceneId: string, initialState?: object, silent?: boolean): Promise<unknown>;
}

/**
 * Has Telegraf's Stage copy what it puts into the session: the state that a scene is entered with, and the Stage's own
 * default. Telegraf copies only their top level, so what a handler writes deeper would reach every user that the same
 * object is used for.
 */
export function copySceneStates(ctx: Context): void {
  let scene: unknown = (ctx as { scene?: unknown }).scene;
  Object.defineProperty(ctx, 'scene', {
    configurable: true,
    enumerable: true,
    get: () => scene,
    set(assigned: unknown) {
      if (isStageScene(assigned)) copyStates(assigned);
      scene = assigned;
    },
  });
}

function copyStates(scene: StageScene): void {
  const { options } = scene;
  const enter = scene.enter.bind(scene);
  options.defaultSession = copyData(options.defaultSession);
  scene.enter = (sceneId, initialState, silent) => enter(sceneId, copyData(initialState), silent);
}

/** Each turn has a new one: nothing is left of the change. */
function isStageScene(value: unknown): value is StageScene {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'enter')) return false;
  const { enter, options } = value as Partial<Record<keyof StageScene, unknown>>;
  return typeof enter === 'function' && typeof options === 'object' && options !== null;
}

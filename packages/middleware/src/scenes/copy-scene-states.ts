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
  Object.defineProperty(ctx, SCENE, {
    value: (ctx as { scene?: unknown }).scene,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(ctx, 'scene', scene);
}

const SCENE = Symbol('scene');

/** The same for all contexts, as in `sessionProperty`. */
const scene: PropertyDescriptor & ThisType<{ [SCENE]: unknown }> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[SCENE];
  },
  set(assigned: unknown) {
    if (isStageScene(assigned)) copyStates(assigned);
    this[SCENE] = assigned;
  },
};

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

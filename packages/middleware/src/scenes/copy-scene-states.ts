import type { Context } from 'telegraf';
import { copyData } from '../copy-data.js';

/** `ctx.scene`, which Telegraf's Stage sets on each context. */
interface StageScene {
  options: { defaultSession: object };
  enter(sceneId: string, initialState?: object, silent?: boolean): Promise<unknown>;
}

/**
 * Makes Telegraf's Stage copy what it puts into the session: the state that a scene is entered with, and the Stage's
 * default. Telegraf itself copies only the top level, so a change that a handler makes to a nested value would reach
 * every user for whom the same object is used.
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

/** One descriptor for all contexts, as in `sessionProperty`. */
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

/** Each turn has a new `ctx.scene`, so the change does not outlive the turn. */
function isStageScene(value: unknown): value is StageScene {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'enter')) return false;
  const { enter, options } = value as Partial<Record<keyof StageScene, unknown>>;
  return typeof enter === 'function' && typeof options === 'object' && options !== null;
}

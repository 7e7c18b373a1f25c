import { InvalidArgumentError } from 'commander';
import { addLaneCommand, type AddCommand, type CommonOptions } from '../command.js';
import { Refusal } from '../refusal.js';
import type { Deployment } from '@chatlane/lanes';

export const addEffectsDone: AddCommand = (parent, run) => {
  addLaneCommand(parent, 'done')
    .argument('<effect>', 'as `effects list` shows it')
    .description('declare that an effect has happened, and resume its lane without repeating it')
    .option('--result <json>', 'the result that the handler gets', readJson)
    .action((lane: string, effect: string, options: CommonOptions & { result?: unknown }) =>
      run(options, async ({ deployment }) => {
        await decide(deployment, lane, effect, 'done', options.result);
        return {
          json: { lane, effect, result: 'done' },
          text: `${effect} counts as done; ${lane} is resumed.`,
        };
      }),
    );
};

export const addEffectsRepeat: AddCommand = (parent, run) => {
  addLaneCommand(parent, 'repeat')
    .argument('<effect>', 'as `effects list` shows it')
    .description('declare that an effect has not happened, and resume its lane to repeat it')
    .action((lane: string, effect: string, options: CommonOptions) =>
      run(options, async ({ deployment }) => {
        await decide(deployment, lane, effect, 'not-done');
        return {
          json: { lane, effect, result: 'repeat' },
          text: `${effect} will be repeated; ${lane} is resumed.`,
        };
      }),
    );
};

async function decide(
  { operator }: Deployment,
  lane: string,
  effect: string,
  decision: 'done' | 'not-done',
  result?: unknown,
): Promise<void> {
  if (!(await operator.unknownEffects.decide(lane, effect, decision, result))) {
    throw new Refusal(
      `${lane} is not paused, or has no effect ${effect} with an unknown outcome: see \`effects list\`.`,
      1,
    );
  }
  await operator.resume(lane);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError('It must be JSON, for example \'{"id":"ch_1"}\'.');
  }
}

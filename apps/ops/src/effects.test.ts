import { startDeployment, until, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

/** A lane whose handler started an effect with an unknown outcome and now waits for an operator. */
async function undecided(chat: number, updateId: number) {
  const results: unknown[] = [];
  await deployment.push(chat, updateId);
  const worker = await deployment.worker(
    async (turn) => {
      const known = turn.journal.recall('effect:charge');
      if (known.state === 'done') results.push(known.result);
      if (known.state === 'new' && turn.attempt > 1) results.push('done again');
      if (known.state === 'new' && turn.attempt === 1 && results.length === 0) {
        await turn.journal.begin('effect:charge', 'effect charge');
        turn.journal.lost('effect:charge');
        throw Object.assign(new Error('undecided'), { nextAction: 'ask' });
      }
    },
    { classifyError: () => ({ next: 'ask' }) },
  );
  const lane = `c:${chat}`;
  await until(async () => (await deployment.operator.lanes.show(lane))?.state === 'paused');
  return { lane, results, worker };
}

describe('chatlane-ops effects', () => {
  it('reports that the outcome of every effect is known', async () => {
    expect(await deployment.ops('effects list')).toMatchObject({
      code: 0,
      out: 'The outcome of every effect is known.\n',
    });
  });

  it('lists an undecided effect, and resumes the lane once it is declared done', async () => {
    const { lane, results, worker } = await undecided(1, 1);
    const { out } = await deployment.ops('effects list');
    expect(out).toMatch(/^c:1 +paused +1 +effect:charge +effect charge +.* ago +1$/m);
    expect((await deployment.ops(`lanes show ${lane}`)).out).toMatch(
      /^why +waits for a decision about an effect$/m,
    );
    const decided = await deployment.ops(`effects done ${lane} effect:charge --result {"id":7}`);
    expect(decided).toMatchObject({
      code: 0,
      out: 'effect:charge counts as done; c:1 is resumed.\n',
    });
    await until(() => results.length > 0);
    expect(results).toEqual([{ id: 7 }]);
    await worker.stop(AbortSignal.timeout(5_000));
  });

  it('resumes the lane to repeat the effect', async () => {
    const { lane, worker } = await undecided(2, 2);
    expect(await deployment.ops(`effects repeat ${lane} effect:charge`)).toMatchObject({ code: 0 });
    await until(async () => (await deployment.operator.lanes.show(lane))?.state === 'paused');
    // The handler ran again and found no record of the effect, so it started it again.
    const [effect] = await deployment.json<{ times: number }[]>('effects list');
    expect(effect).toMatchObject({ lane, times: 1 });
    await worker.stop(AbortSignal.timeout(5_000));
    await deployment.operator.drop(lane);
  });

  it('refuses a lane that is not paused, and an unknown effect', async () => {
    for (const command of ['done c:77 effect:charge', 'repeat c:77 effect:charge']) {
      const refused = await deployment.ops(`effects ${command}`);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.errors).toContain('c:77 is not paused, or has no effect effect:charge');
    }
    const faulty = await deployment.ops('effects done c:77 effect:charge --result {');
    expect(faulty).toMatchObject({ code: 2 });
    expect(faulty.errors).toContain('It must be JSON');
  });
});

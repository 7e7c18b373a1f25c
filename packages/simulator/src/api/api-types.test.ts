import { createSimulator } from '../simulator.js';
import {
  startTestSimulator,
  token,
  type ApiAnswer,
  type TestSimulator,
} from '../simulator.testkit.js';
import { typeFaults, type Claim } from './api-types.testkit.js';
import { methodTable } from './method-table.js';
import { samplesOf } from './samples.testkit.js';
import type { Sample } from './sending-samples.testkit.js';
import { createFixtures } from './fixtures.testkit.js';

interface Called {
  method: string;
  sample: Sample;
  answer: ApiAnswer;
  faults: string[];
}

const simulator = createSimulator({
  token,
  timeScale: 1,
  rateLimits: false,
  seed: 1,
  ranges: false,
  localFolder: undefined,
});
const methods = [...methodTable(simulator).values()].map(({ name }) => name);
/** Method names that the Bot API no longer lists, and their current names. */
const renamed: Readonly<Record<string, string>> = { getChatMembersCount: 'getChatMemberCount' };

let playground: TestSimulator;
let samples: Record<string, Sample[]>;
let called: Called[];
let updates: { kinds: string; faults: string[] }[];

async function call(method: string, { params = {}, files }: Sample): Promise<ApiAnswer> {
  if (!files) return playground.api(method, params);
  const form = new FormData();
  for (const [name, value] of Object.entries(params) as [string, unknown][]) {
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  for (const [name, bytes] of Object.entries(files)) {
    form.set(name, new Blob([new Uint8Array(bytes)]), `${name}.bin`);
  }
  const url = `${playground.url}/bot${token}/${method}`;
  const response = await fetch(url, { method: 'POST', body: form });
  return {
    ...((await response.json()) as ApiAnswer),
    http: response.status,
    retryAfterHeader: null,
  };
}

beforeAll(async () => {
  simulator.stop();
  playground = await startTestSimulator({ timeScale: 1 });
  samples = samplesOf(await createFixtures(playground));
  const answers: Omit<Called, 'faults'>[] = [];
  for (const [method, ofMethod] of Object.entries(samples)) {
    for (const sample of ofMethod) {
      answers.push({ method, sample, answer: await call(method, sample) });
    }
  }
  const delivered = answers.find(({ method }) => method === 'getUpdates')?.answer
    .result as object[];
  const claims: Claim[] = [
    ...answers.map(({ method, answer }) => ({
      type: `Answer<'${renamed[method] ?? method}'>`,
      value: answer.result,
    })),
    ...delivered.map((value) => ({ type: 'Update', value })),
  ];
  const faults = typeFaults(claims);
  called = answers.map((one, i) => ({ ...one, faults: faults[i] ?? [] }));
  updates = delivered.map((update, i) => ({
    kinds: Object.keys(update).join(),
    faults: faults[answers.length + i] ?? [],
  }));
});
afterAll(() => playground.stop());

describe('the answers of the simulator', () => {
  it('include at least one call of every method', () => {
    expect(Object.keys(samples).sort()).toEqual([...methods].sort());
  });

  it.each(methods)('to %s have the type that the Bot API documents', (method) => {
    const ofMethod = called.filter((one) => one.method === method);
    expect(ofMethod.filter(({ answer }) => !answer.ok)).toEqual([]);
    expect(ofMethod.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it.each(methods)('to %s reflect the arguments of the call', (method) => {
    for (const { answer, sample } of called.filter((one) => one.method === method)) {
      if (sample.shows !== undefined) expect(answer.result).toMatchObject(sample.shows as object);
    }
  });

  it('have the types that the Bot API documents, and so do its updates', () => {
    expect(updates.length).toBeGreaterThan(15);
    expect(updates.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  it('are reported when a field is missing, unknown, or of another type', () => {
    const user = { id: 1, is_bot: false, first_name: 'A' };
    const bot = { ...user, username: 'u' };
    const faults = typeFaults([
      { type: "Answer<'getMyName'>", value: { name: 'x' } },
      { type: "Answer<'getMyName'>", value: {} },
      { type: "Answer<'getMyName'>", value: { name: 'x', title: 'y' } },
      { type: "Answer<'getChatMember'>", value: { status: 'left', user: { ...bot, age: 3 } } },
      { type: "Answer<'getChatMember'>", value: { status: 'left', user, until_date: 0 } },
      { type: "Answer<'getChatMember'>", value: { status: 'kicked', user } },
    ]);
    expect(faults.map((ofClaim) => ofClaim.length)).toEqual([0, 1, 1, 1, 1, 1]);
  });
});

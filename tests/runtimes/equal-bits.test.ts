import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Place, Session } from './support/answer.js';
import { browsers } from './support/browsers.js';
import { commands } from './support/command.js';
import { createProject, trainInThread } from './support/project.js';
import { equalBitsPage, equalBitsTable, type Result } from './support/report.js';
import { workerd } from './support/workerd.js';

const runtimes = [...commands, workerd, ...browsers];

// On CI every runtime has to be there: a missing one is a failure, not a skip.
const missing = process.env.CI
  ? []
  : runtimes.flatMap(({ needs }) => needs.filter((file) => !existsSync(file)));

const cases = runtimes.flatMap(({ places }) => places.flatMap(({ threads }) => threads)).length;
const trainings: Result[] = [];
const automatic = new Map<string, string>();
let project: string;
/** By the program of the model workers. */
let inThread: Answer;

beforeAll(async () => {
  project = await createProject();
  inThread = await trainInThread(project);
});

afterAll(() => rm(project, { recursive: true, force: true }));

function expectEqualBits(
  { capabilities: _, ...answer }: Answer,
  { capabilities: __, ...expected } = trainings[0]!.answer,
): void {
  expect(answer).toEqual(expected);
}

function expectThreads({ capabilities }: Answer, place: Place, threads: number): void {
  const expected = place.sharesMemory ? threads : 1;
  expect(capabilities).toMatchObject({ variant: 'simd', threads: expected });
  const fellBack = capabilities.reasons.some((reason) => reason.startsWith('threads: '));
  expect(fellBack, capabilities.reasons.join('\n')).toBe(expected < threads);
}

describe.each(runtimes)('$name', (runtime) => {
  const absent = runtime.needs.filter((file) => missing.includes(file));
  if (absent.length > 0) {
    test.skip(`skipped: ${absent.join(', ')} is not installed`, () => undefined);
    return;
  }
  let session: Session;

  beforeAll(async () => {
    session = await runtime.start(project);
  });

  afterAll(() => session?.close());

  describe.each(runtime.places)('$name (isolated: $isolated)', (place) => {
    test.each(place.threads)(
      '%i threads train LeNet and every layer to the same bits',
      async (threads) => {
        const answer = await session.run(place, { init: { threads } });
        trainings.push({ runtime: runtime.name, version: session.version, place, answer });
        expectEqualBits(answer);
        expect(answer.accuracy).toBeGreaterThan(0.9);
        expectThreads(answer, place, threads);
      },
    );
  });

  describe.each(runtime.modelWorkers)('$name (isolated: $isolated)', (place) => {
    test.each(place.threads)('%i threads train to the bits of the main thread', async (threads) => {
      const answer = await session.run(place, { init: { threads } });
      expectEqualBits(answer, inThread);
      expect(answer.accuracy).toBeGreaterThan(0.9);
      expectThreads(answer, place, threads);
    });
  });

  test.skipIf(runtime.modelWorkers.length === 0)(
    'batches that a worker augments train to the same bits',
    async () => {
      const place = { ...runtime.places[0]!, name: 'WorkerDataset' };
      expectEqualBits(await session.run(place, { init: {} }));
    },
  );

  test("variant: 'auto' takes what the engine accepts", async () => {
    const answer = await session.run(runtime.places[0]!, { init: { variant: 'auto' } });
    const { variant, reasons } = answer.capabilities;
    automatic.set(runtime.name, variant);
    if (variant === 'simd') {
      expect(reasons).toContain('variant: this engine does not accept relaxed SIMD');
      expectEqualBits(answer);
    }
    expect(answer.accuracy).toBeGreaterThan(0.9);
  });
});

const incomplete = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is not installed)` : '';

test.skipIf(incomplete)(`the README shows the table of equal bits${incomplete}`, async () => {
  expect(trainings).toHaveLength(cases);
  await writeFile('docs/equal-bits.md', await equalBitsPage({ trainings, automatic }));
  const readme = await readFile('README.md', 'utf8');
  const shown = /<!-- equal bits -->\n\n([^]*)\n<!-- end of equal bits -->/.exec(readme)?.[1];
  expect(shown, 'copy the table of docs/equal-bits.md').toBe(
    await equalBitsTable({ trainings, automatic }),
  );
});

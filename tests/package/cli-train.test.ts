import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/index.js';
import {
  at,
  type Outcome,
  reference,
  type Results,
  RUN,
  simdgrad,
  start,
  trainJson,
  trainReference,
} from './command.js';

const TINY = '--train-size 100 --test-size 50 --epochs 1'.split(' ');

trainReference();

/** Ends a run with a signal, some time after its first checkpoint. */
async function endBySignal(run: string, signal: NodeJS.Signals, delay: number): Promise<Outcome> {
  const { child, done } = start(['train', ...RUN, '--out', run]);
  await appears(at(run, 'checkpoint.safetensors'), child);
  await new Promise((wait) => setTimeout(wait, delay));
  child.kill(signal);
  const outcome = await done;
  expect(existsSync(at(run, 'model.json')), 'the run was over before the signal').toBe(false);
  return outcome;
}

async function appears(path: string, child: ChildProcess): Promise<void> {
  while (!existsSync(path)) {
    if (child.exitCode !== null) throw new Error(`the process ended before ${path} was there`);
    await new Promise((wait) => setTimeout(wait, 5));
  }
}

const temporaries = (run: string) => readdirSync(at(run)).filter((name) => name.endsWith('.tmp'));

/** The losses and accuracies of a run, without what the clock says. */
const measures = ({ epochs }: Results) =>
  epochs.map(({ seconds: _seconds, samplesPerSecond: _speed, ...others }) => others);

describe('train', () => {
  it('writes a folder with everything', async () => {
    const { code, stdout, stderr } = await simdgrad(
      ...['train', ...TINY, '--out', 'all', '--json', 'all.json'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(at('all')).sort()).toEqual([
      'checkpoint.safetensors',
      'history.csv',
      'history.json',
      'model.json',
      'model.safetensors',
      'options.json',
      'report.html',
    ]);
    const results = JSON.parse(readFileSync(at('all.json'), 'utf8')) as Results;
    expect(stdout).toMatch(/epoch 1\/1 {2}loss \d/);
    expect(stdout).toMatch(/class +precision +recall/);
    expect(stdout).toMatch(/test accuracy \d+\.\d\d% .* on 50 samples/);
    expect(stdout).toContain(`sha256 ${results.weightsSha256}`);
    expect(stdout).toContain('all/report.html');
    expect(readFileSync(at('all/report.html'), 'utf8')).toMatch(/feature-maps[^]*Learned filters/);
    expect(JSON.parse(readFileSync(at('all/history.json'), 'utf8'))).toEqual(results.epochs);
    expect(readFileSync(at('all/history.csv'), 'utf8').split('\n')[0]).toMatch(/^epoch,.*loss/);
  });

  it('learns', () => {
    expect(reference.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(reference.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(reference.imagesPerSecond).toBeGreaterThan(0);
    expect(reference.testAccuracy).toBeGreaterThan(0.9);
    expect(reference.testAccuracy).toBe(reference.epochs[1]!['validationAccuracy']);
    expect(reference.testLoss).toBeCloseTo(reference.epochs[1]!['validationLoss']!, 5);
  });

  it('makes the same weights of the same seed, and others of another', async () => {
    const [again, other] = await Promise.all([
      trainJson(...RUN, '--out', 'again'),
      trainJson(...RUN.slice(0, -1), '8', '--out', 'other'),
    ]);
    expect(again.weightsSha256).toBe(reference.weightsSha256);
    expect(measures(again)).toEqual(measures(reference));
    expect(other.weightsSha256).not.toBe(reference.weightsSha256);
  });

  it.each([1, 3])('makes the same weights and losses in %i threads', async (threads) => {
    const args = [...RUN, '--threads', String(threads), '--out', `threads-${threads}`];
    const { stdout, stderr } = await simdgrad('train', ...args, '--json', `${threads}.json`);
    const tooMany = threads > availableParallelism();
    expect(stderr).toMatch(
      tooMany ? /^simdgrad: --threads \d: more than the \d cores here.*\n$/ : /^$/,
    );
    expect(stdout).toMatch(new RegExp(`^threads  ${threads}$`, 'm'));
    const results = JSON.parse(readFileSync(at(`${threads}.json`), 'utf8')) as Results;
    expect(results.weightsSha256).toBe(reference.weightsSha256);
    expect(results.testLoss).toBe(reference.testLoss);
    expect(measures(results)).toEqual(measures(reference));
  });

  it('trains on series with every optimizer', async () => {
    mkdirSync(at('series'));
    const random = new Random(5);
    const series = (count: number) =>
      Array.from({ length: count }, (_, i) => {
        const values = Array.from({ length: 12 }, () => random.normal(i % 2 ? 1 : -1).toFixed(3));
        return `${i % 2 ? 'up' : 'down'},${values.join()}`;
      }).join('\n');
    writeFileSync(at('series/x_train.csv'), series(64));
    writeFileSync(at('series/x_test.csv'), series(32));
    const rates = { adam: 0.01, adamw: 0.01, adadelta: 1, sgd: 0.01 };
    for (const [optimizer, lr] of Object.entries(rates)) {
      const args = ['--data', 'series', '--optimizer', optimizer, '--out', `series-${optimizer}`];
      const { testAccuracy } = await trainJson(...args, '--epochs', '10', '--lr', String(lr));
      expect(testAccuracy).toBeGreaterThan(0.9);
    }
  });

  it('says that it diverges, and where', async () => {
    const outcome = await simdgrad('train', ...TINY, '--lr', '1e30', '--out', 'diverged');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(
      /^simdgrad: the loss is \S+ after step \d+ of epoch 1: .* smaller --lr than 1e\+30\n$/,
    );
  });
});

describe('a run that has diverged in its last step', () => {
  it('is not finished, and all that it wrote can be read', async () => {
    const one = '--train-size 32 --test-size 20 --epochs 1 --lr 1e30 --out last-step'.split(' ');
    const outcome = await simdgrad('train', ...one);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(
      /^simdgrad: \S+ is (NaN|Infinity) after epoch 1: the training diverges: .* smaller --lr than 1e\+30\n$/,
    );
    expect(readdirSync(at('last-step'))).toEqual(['options.json']);
    const inspected = await simdgrad('inspect', 'last-step');
    expect(inspected.stdout).toMatch(/^not finished: 0 of 1 epochs done/);
    const { code, stderr } = await simdgrad('train', '--resume', 'last-step');
    expect(code).toBe(1);
    expect(stderr).toBe(outcome.stderr);
  });
});

describe('one folder', () => {
  it('is of one of several trainings that begin at once', async () => {
    const seeds = ['1', '2', '3', '4'];
    const outcomes = await Promise.all(
      seeds.map((seed) => simdgrad('train', ...TINY, '--seed', seed, '--out', 'race')),
    );
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2]);
    const winner = outcomes.find(({ code }) => code === 0)!;
    const model = JSON.parse(readFileSync(at('race/model.json'), 'utf8')) as {
      details: { weightsSha256: string };
    };
    expect(winner.stdout).toContain(model.details.weightsSha256);
    for (const { code, stderr } of outcomes) {
      if (code === 2)
        expect(stderr).toMatch(/^simdgrad: [^\n]*race: expected a (new )?folder[^\n]*\n$/);
    }
  });

  it('that is removed while it is written to is an error', async () => {
    const { child, done } = start(['train', ...RUN, '--out', 'removed']);
    await appears(at('removed/checkpoint.safetensors'), child);
    rmSync(at('removed'), { recursive: true, force: true });
    const { code, stderr } = await done;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^simdgrad: removed: the folder was removed, or taken over/);
  });
});

describe('train --val-split', () => {
  it('keeps the test data for the end', async () => {
    const args = [...TINY, '--val-split', '0.2', '--out', 'split'];
    const { stdout } = await simdgrad('train', ...args);
    expect(stdout).toMatch(/80 training, 20 validation and 50 test samples/);
    const { stdout: evaluated } = await simdgrad('evaluate', 'split');
    expect(evaluated.trimEnd().split('\n').at(-1)).toBe(/^test accuracy .*$/m.exec(stdout)![0]);
  });
});

describe('train --resume', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('goes on after %s with the same bits', async (signal) => {
    const run = `after-${signal}`;
    const { code, stderr } = await endBySignal(run, signal, 50);
    expect(code).toBe(130);
    expect(stderr).toBe(`simdgrad: interrupted; go on with: simdgrad train --resume ${run}\n`);
    expect(temporaries(run)).toEqual([]);
    const resumed = await trainJson('--resume', run);
    expect(resumed.weightsSha256).toBe(reference.weightsSha256);
    expect(measures(resumed)).toEqual(measures(reference));
  });

  it('goes on after kill -9 at any moment with the same bits', async () => {
    const delays = [0, 1, 2].map(() => Math.floor(Math.random() * 300));
    const title = `killed ${delays.join(', ')} ms after the first checkpoint`;
    await Promise.all(
      delays.map(async (delay, i) => {
        const { signal } = await endBySignal(`killed-${i}`, 'SIGKILL', delay);
        expect(signal).toBe('SIGKILL');
        const { weightsSha256 } = await trainJson('--resume', `killed-${i}`);
        expect(weightsSha256, title).toBe(reference.weightsSha256);
        expect(temporaries(`killed-${i}`), title).toEqual([]);
      }),
    );
  });

  it('starts again where there is no checkpoint yet', async () => {
    mkdirSync(at('early'));
    writeFileSync(at('early/options.json'), readFileSync(at('reference/options.json')));
    const { weightsSha256 } = await trainJson('--out', 'early', '--resume');
    expect(weightsSha256).toBe(reference.weightsSha256);
  });

  it('says that a run is finished', async () => {
    const { code, stdout } = await simdgrad('train', '--resume', 'reference', '--epochs', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^reference is finished: test accuracy .* reference\/report\.html\n$/);
    expect(await trainJson('--resume', 'reference')).toEqual(reference);
  });

  it('adds epochs to a finished run, with the bits of a run that had them from the start', async () => {
    const short = RUN.map((word, i) => (RUN[i - 1] === '--epochs' ? '1' : word));
    await trainJson(...short, '--out', 'longer');
    const longer = await trainJson('--resume', 'longer', '--epochs', '2');
    expect(longer.weightsSha256).toBe(reference.weightsSha256);
    expect(measures(longer)).toEqual(measures(reference));
    const { stdout } = await simdgrad('train', '--resume', 'longer');
    expect(stdout).toMatch(/^longer is finished/);
    const lower = await trainJson('--resume', 'longer', '--epochs', '3', '--lr', '1e-9');
    expect(lower.epochs).toHaveLength(3);
    // At such a rate nothing moves: the test says the same.
    expect(lower.testAccuracy).toBe(reference.testAccuracy);
    expect(lower.testLoss).toBeCloseTo(reference.testLoss, 4);
  });

  it.each([
    ['"seed": 7', '"seed": 8', /seed: the checkpoint was made with 7, it cannot go on with 8/],
    ['"epochs": 2', '"epochs": 3', /epochs: the checkpoint was made with 2, .* 3: .*--epochs 3/],
    ['"lr": 0.002', '"lr": 0.001', /lr: the checkpoint was made with 0\.002, .* 0\.001/],
    ['"momentum": 0.9', '"momentum": 0.5', /momentum: the .* 0\.9, it cannot go on with 0\.5/],
  ])('refuses an options.json in which %s became %s', async (before, after, message) => {
    const run = `edited-${after.replace(/\W+/g, '-')}`;
    mkdirSync(at(run));
    const text = readFileSync(at('reference/options.json'), 'utf8');
    expect(text).toContain(before);
    writeFileSync(at(run, 'options.json'), text.replace(before, after));
    const checkpoint = readFileSync(at('reference/checkpoint.safetensors'));
    writeFileSync(at(run, 'checkpoint.safetensors'), checkpoint);
    const { code, stderr } = await simdgrad('train', '--resume', run);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^simdgrad: [^\n]+\n$/);
    expect(code).toBe(2);
    expect(readFileSync(at(run, 'checkpoint.safetensors'))).toEqual(checkpoint);
  });

  it('refuses a checkpoint that is damaged, and leaves it', async () => {
    mkdirSync(at('damaged'));
    writeFileSync(at('damaged/options.json'), readFileSync(at('reference/options.json')));
    const checkpoint = readFileSync(at('reference/checkpoint.safetensors')).subarray(0, 20_000);
    writeFileSync(at('damaged/checkpoint.safetensors'), checkpoint);
    const { code, stderr } = await simdgrad('train', '--resume', 'damaged');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^simdgrad: damaged: checkpoint: .*does not fit the bytes [^\n]*\n$/);
    expect(readdirSync(at('damaged')).sort()).toEqual(['checkpoint.safetensors', 'options.json']);
  });
});

describe('evaluate', () => {
  it('measures a model on data of the same kind', async () => {
    const { code, stdout } = await simdgrad('evaluate', 'series-sgd', '--data', 'series', '--json');
    expect(code).toBe(0);
    const trained = JSON.parse(readFileSync(at('series-sgd/model.json'), 'utf8')) as {
      details: { testAccuracy: number };
    };
    expect(JSON.parse(stdout)).toMatchObject({ testAccuracy: trained.details.testAccuracy });
    const table = await simdgrad(
      ...['evaluate', 'series-sgd', '--data', 'series', '--threads', '1'],
    );
    expect(table.stdout).toMatch(
      /^class +precision[^]*test accuracy \d+\.\d\d% .* on 32 samples\n$/,
    );
  });

  it('takes the data of the run unless others are named, also the strokes', async () => {
    const own = await simdgrad('evaluate', 'reference', '--json');
    const { testAccuracy, testLoss } = JSON.parse(own.stdout) as Results;
    expect({ testAccuracy, testLoss }).toEqual({
      testAccuracy: reference.testAccuracy,
      testLoss: reference.testLoss,
    });
    const strokes = await simdgrad('evaluate', 'reference', '--data', 'strokes', '--json');
    expect(strokes.stdout).toBe(own.stdout);
  });

  it('refuses data of other classes', async () => {
    mkdirSync(at('others'));
    writeFileSync(
      at('others/x_train.csv'),
      readFileSync(at('series/x_train.csv'), 'utf8').replaceAll('up', 'over'),
    );
    writeFileSync(
      at('others/x_test.csv'),
      readFileSync(at('series/x_test.csv'), 'utf8').replaceAll('up', 'over'),
    );
    const { code, stderr } = await simdgrad('evaluate', 'series-sgd', '--data', 'others');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--data \S+others: expected the classes that series-sgd was trained on, got over in place of up/,
    );
  });

  it('refuses data of another kind', async () => {
    const { code, stderr } = await simdgrad('evaluate', 'reference', '--data', 'series');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--data \S+series: expected \[28, 28, 1\] and 10 classes .*, got \[12, 1\] and 2/,
    );
  });
});

describe('inspect', () => {
  it('shows a finished run', async () => {
    const { code, stdout } = await simdgrad('inspect', 'reference');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test accuracy \d+\.\d\d%/);
    expect(stdout).toMatch(/--batch-size 4 --optimizer sgd --lr 0\.002/);
    expect(stdout).toMatch(/3 Conv2d +14 × 14 × 16 +3,216/);
    expect(stdout).toMatch(/epoch +loss +accuracy/);
    expect(stdout).toContain(reference.weightsSha256);
  });

  it('shows how to go on with an interrupted run', async () => {
    await endBySignal('half', 'SIGINT', 0);
    const { code, stdout } = await simdgrad('inspect', 'half');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^not finished: [01] of 2 epochs done; .*train --resume half\n/);
  });
});

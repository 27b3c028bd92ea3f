import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { Random, strokes } from '../../src/index.js';

const cli = resolve('dist/cli.js');
const images = resolve('../shared/data/images');

interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Results {
  testAccuracy: number;
  testLoss: number;
  epochs: Record<string, number>[];
  imagesPerSecond: number;
  weightsSha256: string;
}

let folder: string;
let reference: Results;

const at = (...path: string[]) => join(folder, ...path);

/** A run of 750 steps. */
const RUN = '--train-size 1500 --test-size 100 --epochs 2 --batch-size 4 --lr 0.002 --seed 7'.split(
  ' ',
);
const TINY = '--train-size 100 --test-size 50 --epochs 1'.split(' ');

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, SIMDGRAD_CACHE: at('cache'), ...env },
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const done = new Promise<Outcome>((end) =>
    child.on('close', (code, signal) => end({ code, signal, stdout: stdout(), stderr: stderr() })),
  );
  return { child, done };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

const simdgrad = (...args: string[]) => start(args).done;

/** Trains with the results on the standard output. */
async function trainJson(...args: string[]): Promise<Results> {
  const outcome = await simdgrad('train', ...args, '--json', '-');
  expect(outcome).toMatchObject({ code: 0, signal: null });
  return JSON.parse(outcome.stdout) as Results;
}

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

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
  reference = await trainJson(...RUN, '--out', 'reference');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    expect(stderr).toBe('');
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

  it('refuses a checkpoint that is damaged, and leaves it', async () => {
    mkdirSync(at('damaged'));
    writeFileSync(at('damaged/options.json'), readFileSync(at('reference/options.json')));
    const checkpoint = readFileSync(at('reference/checkpoint.safetensors')).subarray(0, 20_000);
    writeFileSync(at('damaged/checkpoint.safetensors'), checkpoint);
    const { code, stderr } = await simdgrad('train', '--resume', 'damaged');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^simdgrad: damaged: checkpoint: .*truncated\n$/);
    expect(readdirSync(at('damaged')).sort()).toEqual(['checkpoint.safetensors', 'options.json']);
  });
});

describe('predict', () => {
  const digits = strokes({ count: 20, seed: 11 });
  const writeDigit = (index: number, invert = false) => {
    const data = Uint8Array.from(digits.raw(index), (byte) => (invert ? 255 - byte : byte));
    const name = `digit-${index}${invert ? '-inverted' : ''}.png`;
    writeFileSync(at(name), encode({ width: 28, height: 28, channels: 1, data }));
    return name;
  };

  it('recognises digits, white on black or black on white', async () => {
    const files = Array.from(digits.labels, (_, i) => writeDigit(i, i % 2 === 1));
    const { code, stdout } = await simdgrad('predict', 'reference', ...files, '--json');
    expect(code).toBe(0);
    const predictions = JSON.parse(stdout) as {
      file: string;
      class: string;
      top: { class: string; probability: number }[];
    }[];
    expect(predictions.map(({ file }) => file)).toEqual(files);
    const hits = predictions.filter((p, i) => p.class === String(digits.labels[i]));
    expect(hits.length).toBeGreaterThanOrEqual(17);
    for (const { top } of predictions) {
      const [a, b, c] = top.map(({ probability }) => probability);
      expect(top).toHaveLength(3);
      expect(a! >= b! && b! >= c! && c! >= 0 && a! + b! + c! < 1 + 1e-9).toBe(true);
    }
  });

  it('says it in words', async () => {
    const { stdout } = await simdgrad('predict', 'reference', writeDigit(0));
    expect(stdout).toMatch(/^digit-0\.png: \d {2}\(\d \d+\.\d%, \d \d+\.\d%, \d \d+\.\d%\)\n$/);
  });

  const present = existsSync(images);
  it.skipIf(!present)(
    `takes photographs${present ? '' : ' (skipped: ../shared/data/images is absent)'}`,
    async () => {
      const files = ['cat.jpg', 'kitten_224.png', 'mnist_28.png'].map((name) => join(images, name));
      const { code, stdout } = await simdgrad('predict', 'reference', ...files);
      expect(code).toBe(0);
      expect(stdout.split('\n').map((line) => line.split(': ')[0])).toEqual([...files, '']);
    },
  );
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

  it('refuses data of another kind', async () => {
    const { code, stderr } = await simdgrad('evaluate', 'reference', '--data', 'series');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--data series: expected \[28, 28, 1\] and 10 classes .*, got \[12, 1\] and 2/,
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

describe('help', () => {
  it('has examples, and the version is that of the package', async () => {
    const [help, train, version] = await Promise.all([
      simdgrad('--help'),
      simdgrad('train', '--help'),
      simdgrad('--version'),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('simdgrad train --resume');
    expect(train.stdout).toContain('--weight-decay <x>');
    expect(train.stdout).toMatch(/--threads <n> [^]*\(default: auto\)/);
    expect(version.stdout).toBe(`${pkg.version}\n`);
  });
});

describe('errors', () => {
  beforeAll(() => {
    const idx = (type: number, ...sizes: number[]) => [
      ...[0, 0, type, sizes.length],
      ...sizes.flatMap((size) => [0, 0, 0, size]),
    ];
    const put = (name: string, files: Record<string, Uint8Array | string>) => {
      mkdirSync(at(name));
      for (const [file, content] of Object.entries(files)) writeFileSync(at(name, file), content);
    };
    const pictures = Uint8Array.of(...idx(8, 2, 4, 4), ...new Array<number>(32).fill(1));
    const labels = (...values: number[]) => Uint8Array.of(...idx(8, values.length), ...values);
    const set = (images: Uint8Array, train: Uint8Array, test: Uint8Array) => ({
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': train,
      't10k-images-idx3-ubyte': pictures,
      't10k-labels-idx1-ubyte': test,
    });
    put('html', { 'train.csv': '<!doctype html><p>404', 'test.csv': '1,2' });
    put('truncated', set(pictures.subarray(0, 40), labels(0, 1), labels(0, 1)));
    put('outside', set(pictures, labels(0, 1), labels(0, 5)));
    put('empty-set', set(Uint8Array.of(...idx(8, 0, 4, 4)), labels(), labels(0, 1)));
    put('nothing', {});
    put('small', { 'train.csv': '1,2,3\n2,3,4\n', 'test.csv': '1,2,3\n' });
    writeFileSync(at('page.png'), '<!doctype html><title>Not found</title>');
    writeFileSync(
      at('cut.png'),
      encode({ width: 9, height: 9, data: new Uint8Array(324) }).slice(0, 60),
    );
    writeFileSync(at('file'), '');
  });

  it.each([
    ['', /command: expected train, predict, evaluate, inspect or bench, got none/],
    ['tarin', /command: expected train, predict, evaluate, inspect or bench, got 'tarin'/],
    ['train --epoch 3', /unknown option '--epoch' .*expected one of --data, --model, --epochs/],
    ['train --epochs', /option '--epochs <n>' argument missing/],
    ['train strokes', /too many arguments/],
    ['train --epochs three', /--epochs: expected an integer from 1, got 'three'/],
    ['train --lr NaN', /--lr: expected a number above 0, got 'NaN'/],
    ['train --momentum 1', /--momentum: expected a number from 0 to below 1, got '1'/],
    ['train --threads 0', /--threads: expected auto or an integer from 1 to 128, got '0'/],
    ['train --model resnet', /--model: expected one of lenet, cifar, got 'resnet'/],
    ['train --optimizer rmsprop', /--optimizer: expected one of sgd, adam, adamw, adadelta/],
    ['train --data mnits', /--data: expected one of strokes, mnist, .* or a folder, got 'mnits'/],
    ['train --data ./missing', /--data \S+missing: .*expected/],
    ['train --data nothing', /--data \S+nothing: .*got no files/],
    ['train --data html', /--data \S+html: .*HTML/],
    ['train --data truncated', /--data \S+truncated: .*the file is truncated/],
    ['train --data outside', /--data \S+outside: .*labels: expected integers in \[0, 2\), got 5/],
    ['train --data empty-set', /--data \S+empty-set: .*at least one sample/],
    [
      'train --data small',
      /--model lenet: expected .* of at least 4 along each axis, got \[2, 1\]/,
    ],
    ['train --data small --limit 3', /--limit: expected at most 2/],
    ['train --out reference', /--out reference: expected a new folder, got a finished run/],
    ['train --out file/run', /file\/run: expected a folder, got a file/],
    ['train --json nothing', /--json nothing: expected a file, got a folder/],
    ['train --json missing/a.json', /--json missing\/a\.json: no such file or folder/],
    ['train --resume', /--resume: expected the folder of a run/],
    ['train --resume nothing', /nothing: expected the folder of a run .*, got no options\.json/],
    ['train --resume reference --seed 8', /--seed 8 contradicts reference, .* started with 7/],
    ['train --resume reference --out other-place', /contradicts --resume reference/],
    ['predict reference', /missing required argument 'image'/],
    ['predict missing a.png', /missing: expected the folder of a run .*, got no such folder/],
    ['predict reference a.png', /a\.png: no such file or folder/],
    ['predict reference nothing', /nothing: expected a file, got a folder/],
    ['predict reference page.png', /page\.png: expected a PNG or JPEG picture, got an HTML page/],
    ['predict reference cut.png', /cut\.png: expected a PNG picture, got one truncated/],
    ['evaluate reference', /required option '--data <data>' not specified/],
    ['evaluate reference --data nothing', /nothing: .*got no files/],
    ['inspect nothing', /nothing: expected the folder of a run/],
    ['inspect reference other', /too many arguments/],
  ])('simdgrad %s', async (line, message) => {
    const before = readdirSync(folder).sort();
    const { code, stdout, stderr } = await simdgrad(...line.split(' ').filter(Boolean));
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^simdgrad: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it('shows a stack only where it is asked for', async () => {
    const args = ['train', '--lr', 'x'];
    const { code, stderr } = await start(args, { SIMDGRAD_DEBUG: '1' }).done;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^simdgrad: InputError: .*\n +at /);
  });

  it('tells a failing network from bad input', async () => {
    const script = 'globalThis.fetch=()=>Promise.reject(new TypeError("fetch failed"))';
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(script)}`;
    const { code, stdout, stderr } = await start(['train', '--data', 'mnist'], { NODE_OPTIONS })
      .done;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^simdgrad: download: .*no server delivered the file: [^\n]*\n$/);
    expect(existsSync(at('runs'))).toBe(false);
  });
});

describe('bench', () => {
  it('measures every variant that the engine accepts, next to plain JavaScript', async () => {
    const { code, stdout } = await simdgrad('bench', '--json', '-');
    expect(code).toBe(0);
    const { peaks, rows } = JSON.parse(stdout) as {
      peaks: Record<string, number>;
      rows: { implementation: string; msMin: number; timesJs: number }[];
    };
    expect(peaks['simd']).toBeGreaterThan(0);
    expect(new Set(rows.map(({ implementation }) => implementation))).toEqual(
      new Set(['js', ...Object.keys(peaks)]),
    );
    for (const { msMin, timesJs } of rows) expect(msMin > 0 && timesJs > 0).toBe(true);
  });
});

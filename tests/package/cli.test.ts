import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import {
  GlobalAvgPool2d,
  init,
  Linear,
  type ModelDetails,
  type Module,
  Sequential,
  strokes,
} from '../../src/index.js';
import { writeModel } from '../../src/node/index.js';
import { at, simdgrad, trainReference } from './command.js';

const images = resolve('../shared/data/images');

trainReference();

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

  it('says where a picture is one plain colour for the model', async () => {
    writeFileSync(
      at('empty.png'),
      encode({ width: 9, height: 9, data: new Uint8Array(324).fill(255) }),
    );
    const { code, stdout, stderr } = await simdgrad('predict', 'reference', 'empty.png', '--json');
    expect(stderr).toBe(
      'empty.png: one plain colour after preparation: grey 0 in all of 28x28 pixels\n',
    );
    expect({ code, files: (JSON.parse(stdout) as unknown[]).length }).toEqual({
      code: 0,
      files: 1,
    });
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

describe('help', () => {
  it('has examples, and the version is that of the package', async () => {
    const [help, train, version, ...short] = await Promise.all([
      simdgrad('--help'),
      simdgrad('train', '--help'),
      simdgrad('--version'),
      simdgrad('-h'),
      simdgrad('help'),
      simdgrad('train', '-h'),
      simdgrad('help', 'train'),
      simdgrad('-v'),
    ]);
    expect(short.map(({ stdout }) => stdout)).toEqual(
      [help, help, train, train, version].map(({ stdout }) => stdout),
    );
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('simdgrad train --resume');
    expect(train.stdout).toContain('--weight-decay <x>');
    expect(train.stdout).toMatch(/--threads <n> [^]*\(default: auto\)/);
    expect(version.stdout).toBe(`${pkg.version}\n`);
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

/** A model of a program of one's own, as `writeModel` of simdgrad/node saves it. */
async function saveOwn(name: string, model: Module, details: ModelDetails = {}): Promise<string> {
  await writeModel(at(name), model, details);
  return name;
}

describe('a model of one\u2019s own', () => {
  // It answers with the means of the three channels: the largest wins.
  const means = () => {
    const model = new Sequential(new GlobalAvgPool2d(), new Linear(3, 3));
    model.layers[1]!.parameters()[0]!.assign([50, 0, 0, 0, 50, 0, 0, 0, 50]);
    model.layers[1]!.parameters()[1]!.assign([0, 0, 0]);
    return model;
  };

  beforeAll(async () => {
    await init({ source: readFileSync('dist/simdgrad.wasm') });
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 3 === 1 ? 200 - i : 10));
    writeFileSync(at('green.png'), encode({ width: 8, height: 8, channels: 3, data }));
  });

  it('needs no details but the shape of a picture', async () => {
    const run = await saveOwn('own', means());
    const { code, stdout, stderr } = await simdgrad(
      'predict',
      run,
      'green.png',
      '--input-shape',
      '8,8,3',
    );
    expect({ code, stdout: stdout.slice(0, 12) }).toEqual({ code: 0, stdout: 'green.png: 1' });
    expect(stderr).toBe(
      'simdgrad: own/model.json: details: no mean and std: inputs are not normalised, bytes become 0 to 1\n',
    );
    const without = await simdgrad('predict', run, 'green.png');
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(
      /model\.json: details: inputShape: expected .* say it with --input-shape/,
    );
    const [layers, shapes] = [
      await simdgrad('inspect', run),
      await simdgrad('inspect', run, '--input-shape', '8,8,3'),
    ];
    expect([layers.code, shapes.code]).toEqual([0, 0]);
    expect(layers.stdout).toMatch(/1 Linear +12\n/);
    expect(shapes.stdout).toMatch(/1 Linear +3 +12\n/);
    const evaluated = await simdgrad('evaluate', run);
    expect(evaluated.stderr).toMatch(
      /--data: expected the data to evaluate on, as own holds no options\.json/,
    );
  });

  it('may have names for its classes, whose commands to the terminal do not reach it', async () => {
    const classNames = ['red', 'gr\x1b[2Jeen\x9b31m\n', 'b\u202elue'];
    const details = { inputShape: [8, 8, 3], classNames, mean: [0, 0, 0], std: [1, 1, 1] };
    const run = await saveOwn('names', means(), details);
    const file = 'a\x1b]0;title\x07.png';
    writeFileSync(at(file), readFileSync(at('green.png')));
    const outcomes = await Promise.all([
      simdgrad('predict', run, file),
      simdgrad('predict', run, file, '--json'),
      simdgrad('inspect', run),
      simdgrad('predict', run, '\x1b[31mmissing.png'),
      simdgrad('inspect', '\x9b2J'),
      simdgrad('\x1b[2J'),
    ]);
    for (const { stdout, stderr } of outcomes) {
      expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
    expect(outcomes.map(({ stdout, stderr }) => (stdout + stderr).length > 0)).not.toContain(false);
    expect(outcomes[0]!.stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(outcomes[1]!.stdout)).toMatchObject([{ file, class: classNames[1] }]);
  });

  it.each([
    [
      'NaN weights',
      [NaN, 0, 0, 0, 1, 0, 0, 0, 1],
      {},
      /safetensors: expected finite weights, got NaN/,
    ],
    [
      'weights of another sum',
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      { weightsSha256: '0'.repeat(64) },
      /expected weights of sha256 0{64}, .*got [0-9a-f]{64}/,
    ],
    [
      'a mean that is null',
      undefined,
      { mean: [null, 0, 0], std: [1, 1, 1] },
      /mean: expected a list of finite numbers/,
    ],
    [
      'a std of 0',
      undefined,
      { mean: [0, 0, 0], std: [1, 0, 1] },
      /std: expected a list of finite numbers above 0/,
    ],
    [
      'a std that overflows',
      undefined,
      { mean: [0, 0, 0], std: [1, 5e-324, 1] },
      /expected finite outputs, got (NaN|Infinity)/,
    ],
    [
      'too few names',
      undefined,
      { classNames: ['a'] },
      /classNames: expected 3 names, one for each output, got 1/,
    ],
    ['another shape', undefined, { inputShape: [8, 8, 4] }, /expected .*got/],
  ])('is refused with %s', async (name, weights, details, message) => {
    const model = means();
    if (weights) model.layers[1]!.parameters()[0]!.assign(weights);
    const run = await saveOwn(name.replaceAll(' ', '-'), model, {
      inputShape: [8, 8, 3],
      ...details,
    });
    const { code, stdout, stderr } = await simdgrad('predict', run, 'green.png');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
  });

  it('is refused when a weight changed after the run', async () => {
    const bytes = readFileSync(at('reference/model.safetensors'));
    bytes[bytes.length - 3]! ^= 1;
    mkdirSync(at('changed'));
    writeFileSync(at('changed/model.safetensors'), bytes);
    writeFileSync(at('changed/model.json'), readFileSync(at('reference/model.json')));
    const outcomes = await Promise.all([
      simdgrad('predict', 'changed', 'green.png'),
      simdgrad('evaluate', 'changed', '--data', 'strokes'),
      simdgrad('inspect', 'changed'),
    ]);
    for (const { code, stdout, stderr } of outcomes) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^simdgrad: changed.+model\.safetensors: expected (checksum|weights of sha256) [^\n]*\n$/,
      );
    }
  });
});

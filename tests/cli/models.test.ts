import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { buildModel } from '../../src/cli/models.js';
import { init, summary } from '../../src/index.js';

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

const outline = (...args: Parameters<typeof buildModel>) => {
  using model = buildModel(...args);
  const { layers, parameters } = summary(model, args[1]);
  return [parameters, ...layers.map(({ type, outputShape }) => `${type} ${outputShape.slice(1)}`)];
};

describe('buildModel', () => {
  it('lenet for pictures', () => {
    expect(outline('lenet', [28, 28, 1], 10)).toEqual([
      208 + 3216 + 7850,
      'Conv2d 28,28,8',
      'ReLU 28,28,8',
      'MaxPool2d 14,14,8',
      'Conv2d 14,14,16',
      'ReLU 14,14,16',
      'MaxPool2d 7,7,16',
      'Flatten 784',
      'Linear 10',
    ]);
  });

  it('lenet for series, also where the poolings leave a rest', () => {
    expect(outline('lenet', [187, 2], 5)).toEqual([
      5 * 2 * 8 + 8 + (5 * 8 * 16 + 16) + (46 * 16 * 5 + 5),
      'Conv1d 187,8',
      'ReLU 187,8',
      'MaxPool1d 93,8',
      'Conv1d 93,16',
      'ReLU 93,16',
      'MaxPool1d 46,16',
      'Flatten 736',
      'Linear 5',
    ]);
  });

  it('cifar', () => {
    const [parameters, ...layers] = outline('cifar', [32, 32, 3], 10);
    expect(parameters).toBe(896 + 18_496 + 73_856 + (2048 * 128 + 128) + 1290);
    expect(layers.slice(-6)).toEqual([
      'ReLU 8,8,128',
      'MaxPool2d 4,4,128',
      'Flatten 2048',
      'Linear 128',
      'ReLU 128',
      'Linear 10',
    ]);
  });

  it.each([
    ['lenet', [3, 28, 1], 4],
    ['cifar', [7], 8],
    ['cifar', [8, 8, 8, 3], 8],
  ] as const)('%s refuses [%s]', (name, shape, least) => {
    expect(() => buildModel(name, shape, 10)).toThrow(
      new InputError(
        `--model ${name}: expected pictures [height, width, channels] or series [length, channels] ` +
          `of at least ${least} along each axis, got [${shape.join(', ')}]`,
      ),
    );
  });
});

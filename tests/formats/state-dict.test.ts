// Files of state dicts in PyTorch's names and layouts; PyTorch has loaded what we write (tests/golden/state_dict.py).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  Linear,
  loadStateDict,
  readSafetensors,
  saveStateDict,
  Sequential,
  ShapeError,
  tensor,
} from '../../src/index.js';
import { expectError } from '../support/memory.js';
import { NETS, type StateDictGolden, stateOf } from './state-dict-nets.js';

const golden = JSON.parse(
  readFileSync(new URL('../golden/state_dict.json', import.meta.url), 'utf8'),
) as StateDictGolden;

describe.each(golden.nets)('$name', ({ name, shape, x, yShape, y }) => {
  const { make, options } = NETS[name]!;
  const torch = { layout: 'torch', ...options } as const;

  test("gives PyTorch's outputs with the weights of its file", () => {
    using model = make();
    loadStateDict(model, stateOf(golden, 'zip', name), torch);
    const input = name === 'words' ? tensor(x, shape, { dtype: 'int32' }) : channelsLast(x, shape);
    const got = channelsFirst(model.predict(input), name === 'words' ? 2 : yShape.length);
    y.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-4));
  });

  test.each(['float32', 'float16'] as const)('writes the %s file that PyTorch loaded', (dtype) => {
    using model = make();
    loadStateDict(model, stateOf(golden, 'zip', name), torch);
    const file = saveStateDict(model, { ...torch, dtype });
    expect(Buffer.from(file).toString('base64')).toBe(golden.written[name]![dtype]);
    using other = make();
    loadStateDict(other, file, torch);
    const [ours, theirs] = [model, other].map((each) => [...each.stateDict().values()]);
    const exact = dtype === 'float32';
    ours!.forEach(({ data }, i) =>
      data.forEach((value, j) => {
        const error = Math.abs(theirs![i]!.data[j]! - value);
        expect(error).toBeLessThanOrEqual(exact ? 0 : Math.abs(value) * 2 ** -11);
      }),
    );
  });
});

/** [n, channels, …] as our tensor with the channels last. */
function channelsLast(values: readonly number[], shape: readonly number[]) {
  const [n = 1, channels = 1, ...rest] = shape;
  const pixels = rest.reduce((a, b) => a * b, 1);
  const data = new Float32Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const [pixel, channel] = [i % pixels, Math.floor(i / pixels) % channels];
    data[(Math.floor(i / pixels / channels) * pixels + pixel) * channels + channel] = values[i]!;
  }
  return tensor(data, [n, ...rest, channels]);
}

function channelsFirst(y: ReturnType<typeof tensor>, rank: number): number[] {
  const values = [...y.data()];
  if (rank === 2) return values;
  const channels = y.shape.at(-1)!;
  const pixels = y.size / channels / y.shape[0]!;
  return values.map((_, i) => {
    const [pixel, channel] = [i % pixels, Math.floor(i / pixels) % channels];
    return values[(Math.floor(i / pixels / channels) * pixels + pixel) * channels + channel]!;
  });
}

test('without a layout names and shapes are those of stateDict()', () => {
  using model = new Sequential(new Linear(2, 3));
  const file = saveStateDict(model);
  expect(readSafetensors(file).tensors.get('0.weight')!.shape).toEqual([2, 3]);
  using other = new Sequential(new Linear(2, 3));
  expect(loadStateDict(other, file)).toEqual({ missingKeys: [], unexpectedKeys: [] });
  expect(other.stateDict()).toEqual(model.stateDict());
});

test('with strict: false what only one side has is told, and stays; other shapes are errors', () => {
  using model = new Sequential(new Linear(2, 3));
  using smaller = new Sequential(new Linear(2, 3, { bias: false }), new Linear(3, 1));
  const file = saveStateDict(smaller, { layout: 'torch' });
  const bias = [...model.stateDict().get('0.bias')!.data];
  expect(loadStateDict(model, file, { layout: 'torch', strict: false })).toEqual({
    missingKeys: ['0.bias'],
    unexpectedKeys: ['1.weight', '1.bias'],
  });
  const { data } = model.stateDict().get('0.weight')!;
  expect(data).toEqual(smaller.stateDict().get('0.weight')!.data);
  expect([...model.stateDict().get('0.bias')!.data]).toEqual(bias);
  using larger = new Sequential(new Linear(4, 3));
  const load = () => loadStateDict(larger, file, { layout: 'torch', strict: false });
  expect(load).toThrow(ShapeError);
  expect(load).toThrow('loadTorchStateDict: 0.weight: expected shape [3,4], got [3,2]');
});

test('values beyond float16 are refused', () => {
  using model = new Sequential(new Linear(1, 1, { bias: false }));
  model.parameters()[0]!.assign([65520]);
  expectError(
    () => saveStateDict(model, { dtype: 'float16' }),
    RangeError,
    'writeSafetensors: 0.weight: expected values that float16 holds, got 65520 at index 0',
  );
});

test.each([
  [{ layout: 'keras' }, 'layout: expected \'torch\', got "keras"'],
  [
    { rename: (path: string) => path },
    'options of the own layout: expected layout, dtype, got rename',
  ],
  [
    { layout: 'torch', dtype: 'float64' },
    'dtype: expected float32, float16, bfloat16, got "float64"',
  ],
])('options %o are refused', (options, message) => {
  using model = new Sequential(new Linear(1, 1));
  expect(() => saveStateDict(model, options as never)).toThrow(TypeError);
  expect(() => saveStateDict(model, options as never)).toThrow(message);
});

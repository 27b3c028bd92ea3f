import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { crossEntropy } from '../../src/ops/losses/cross-entropy.js';
import { SGD } from '../../src/optimizers/sgd.js';
import { randomValues } from '../support/random.js';
import { Random } from '../../src/random.js';
import { scope } from '../../src/tensor.js';
import { loadTfjs } from '../../src/tfjs/load.js';
import { readTfjsWeights } from '../../src/tfjs/read-weights.js';
import { CLASSIFIER, GRAPH, graphModel, LOOP, sequential, shape, text } from './small.js';

const manifest = (weights: object[], paths: unknown[] = ['w.bin']) => [{ paths, weights }];
const read = (weights: object[], bytes: Uint8Array, paths?: unknown[]) =>
  readTfjsWeights({ modelJson: manifest(weights, paths), weights: [bytes] });

describe('weights', () => {
  test('quantised ones are widened, and keep their types', async () => {
    const half = new Uint8Array(new Uint16Array([0x3c00, 0xc000]).buffer);
    const bytes = Uint8Array.of(0, 255, ...half, 7, 1, 2, 0, 1);
    const weights = await read(
      [
        {
          name: 'a',
          shape: [2],
          dtype: 'float32',
          quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
        },
        { name: 'b', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
        {
          name: 'c',
          shape: [1],
          dtype: 'int32',
          quantization: { dtype: 'uint8', scale: 1.4, min: 0 },
        },
        {
          name: '__proto__',
          shape: [],
          dtype: 'float32',
          quantization: { dtype: 'uint16', scale: 1, min: 0 },
        },
        { name: 'd', shape: [2], dtype: 'bool' },
      ],
      bytes,
    );
    expect([...weights].map(([name, { dtype, data }]) => [name, dtype, [...data]])).toEqual([
      ['a', 'float32', [-1, 126.5]],
      ['b', 'float32', [1, -2]],
      ['c', 'int32', [10]],
      ['__proto__', 'float32', [513]],
      ['d', 'bool', [0, 1]],
    ]);
  });

  test('lie in any number of files, which a function or a URL gives', async () => {
    const { modelJson, weights } = CLASSIFIER();
    const [bytes] = weights as [Uint8Array];
    const model = JSON.parse(modelJson as string) as { weightsManifest: { paths: string[] }[] };
    model.weightsManifest[0]!.paths = ['a/1 of 2', 'a/2 of 2'];
    const files: Record<string, Uint8Array> = {
      'model.json': new TextEncoder().encode(JSON.stringify(model)),
      'a/1 of 2': bytes.subarray(0, 99),
      'a/2 of 2': bytes.subarray(99),
    };
    const whole = await readTfjsWeights({ modelJson, weights });
    expect(await readTfjsWeights((path) => files[path]!)).toEqual(whole);
    const asked: string[] = [];
    const fetcher = ((url: string) => {
      asked.push(url);
      const path = decodeURIComponent(/net\/(.*)\?key=1$/.exec(url)![1]!);
      return Promise.resolve(new Response(files[path] as BodyInit));
    }) as typeof fetch;
    const url = 'https://example.org/net/model.json?key=1#x';
    expect(await readTfjsWeights(url, { fetch: fetcher })).toEqual(whole);
    expect(asked[1]).toBe('https://example.org/net/a/1%20of%202?key=1');
    const missing = (() => Promise.resolve(new Response('', { status: 404 }))) as typeof fetch;
    await expect(readTfjsWeights(url, { fetch: missing })).rejects.toThrow('HTTP 404');
  });

  const entry = { name: 'a', shape: [1], dtype: 'float32' };
  test.each<[string, object[], number, unknown[], string]>([
    [
      'too few bytes',
      [entry],
      3,
      ['w'],
      'weights: expected 4 bytes in 1 files, as the shapes say, got 3: truncated',
    ],
    ['too many bytes', [entry], 5, ['w'], 'expected 4 bytes in 1 files, as the shapes say, got 5'],
    ['more files', [entry], 4, ['w', 'v'], 'expected more than 1 files: the contents of v'],
    [
      'another folder',
      [entry],
      4,
      ['../w'],
      'paths: expected files beside the model or below it, got "../w"',
    ],
    ['an absolute path', [entry], 4, ['/etc/w'], 'paths: expected files beside the model'],
    ['an escaped folder', [entry], 4, ['a/%2e%2E/w'], 'paths: expected files beside the model'],
    ['a URL', [entry], 4, ['https://example.org/w'], 'paths: expected files beside the model'],
    ['a name twice', [entry, entry], 8, ['w'], 'weight a: expected one of this name, got two'],
    [
      'a shape',
      [{ ...entry, shape: [-1] }],
      4,
      ['w'],
      'weight a: shape: expected sizes of axes, got [-1]',
    ],
    [
      'a huge shape',
      [{ ...entry, shape: [2 ** 40] }],
      4,
      ['w'],
      'expected at most 1073741824 bytes (limits)',
    ],
    [
      'text',
      [{ ...entry, dtype: 'string' }],
      4,
      ['w'],
      'got "string": models of text are not read',
    ],
    [
      'a quantization',
      [{ ...entry, quantization: { dtype: 'uint8', scale: '1' } }],
      1,
      ['w'],
      'quantization: expected',
    ],
  ])('%s', async (_, weights, length, paths, message) => {
    await expect(read(weights, new Uint8Array(length), paths)).rejects.toThrow(message);
  });
});

test.each([
  ['layers-model', CLASSIFIER, 'conv/kernel', 'dense/bias'],
  ['graph-model', GRAPH, 'filter', 'shift'],
])('a %s trains; what is frozen does not change', async (_, files, frozen, trained) => {
  using net = await loadTfjs(files(), { trainable: true, freeze: [frozen] });
  const named = new Map(net.namedParameters());
  expect(named.get(frozen)!.requiresGrad).toBe(false);
  const before = new Map([...named].map(([name, value]) => [name, [...value.data()]]));
  const x = tensor(randomValues(2 * 6 * 6 * 2, new Random(1)), [2, 6, 6, 2]);
  const labels = tensor(Int32Array.of(0, 3));
  const lossOf = () => crossEntropy(net.forward(x), labels);
  const bias = named.get(trained)!;
  const slope = scope(() => {
    lossOf().backward();
    return bias.grad!.data()[1]!;
  });
  const around = [1e-2, -1e-2].map((step) =>
    scope(() => {
      const values = [...before.get(trained)!];
      values[1]! += step;
      bias.assign(values);
      return lossOf().item();
    }),
  );
  bias.assign(before.get(trained)!);
  expect(slope).toBeCloseTo((around[0]! - around[1]!) / 2e-2, 3);
  const first = scope(() => lossOf().item());
  new SGD(
    net.parameters().filter(({ requiresGrad }) => requiresGrad),
    { lr: 0.1 },
  ).step();
  expect(scope(() => lossOf().item())).toBeLessThan(first);
  expect([...named.get(frozen)!.data()]).toEqual(before.get(frozen));
  expect([...bias.data()]).not.toEqual(before.get(trained));
  x.dispose();
  labels.dispose();
});

describe('graphs that make no sense', () => {
  const x = { name: 'x', op: 'Placeholder' };
  test.each([
    ['no outputs', [x], 'expected outputs, got none'],
    [
      'ops that are not known',
      [x, { name: 'y', op: 'Foo', input: ['x'] }, { name: 'z', op: 'Foo', input: ['y'] }],
      'Foo (y, z)',
    ],
    [
      'missing nodes',
      [{ name: 'y', op: 'Relu', input: ['x'] }],
      'node y: expected a node of the graph, got x',
    ],
    [
      'a cycle',
      [
        { name: 'y', op: 'Relu', input: ['z'] },
        { name: 'z', op: 'Relu', input: ['y'] },
        { name: 'o', op: 'Relu', input: ['z'] },
      ],
      'expected a graph without cycles',
    ],
    ['a name twice', [x, x], 'expected one node x, got two'],
    [
      'constants without weights',
      [
        { name: 'c', op: 'Const' },
        { name: 'y', op: 'Relu', input: ['c'] },
      ],
      'node c (Const): expected weights',
    ],
  ])('%s', async (_, nodes, message) => {
    await expect(loadTfjs(graphModel(nodes, []))).rejects.toThrow(message);
  });
});

test('loops run as often as their values say', async () => {
  using net = await loadTfjs(LOOP());
  scope(() => {
    const { y, stack } = net.run(tensor([[1, -1]]));
    expect(y!.toArray()).toEqual([[8, -8]]);
    expect(stack!.toArray()).toEqual([[[2, -2]], [[4, -4]], [[8, -8]]]);
  });
  await expect(loadTfjs(LOOP('Foo'))).rejects.toThrow('got Foo (x/mul)');
  await expect(loadTfjs(LOOP('Mul', 1025))).rejects.toThrow('expected at most 1024 elements');
  const { modelJson, weights } = LOOP();
  const endless = (modelJson as string).replace('"i/add","op":"AddV2"', '"i/add","op":"Mul"');
  using other = await loadTfjs({ modelJson: endless, weights });
  scope(() => {
    expect(() => other.run(tensor([[1, 1]]))).toThrow('at most 1024 turns of the loop, got more');
  });
});

test.each([
  ['ab,cb->ca', [1, 2, 3, 4, 5, 6], [6, 15, 0, 0]],
  ['ab,cb->b', [1, 2, 3, 4, 5, 6], [5, 7, 9]],
  ['ab,cb->bac', [1, 2, 3, 4, 5, 6], [1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0]],
])('Einsum %s', async (equation, data, expected) => {
  const files = graphModel(
    [
      { name: 'x', op: 'Placeholder', attr: { shape: shape(2, 3) } },
      { name: 'y', op: 'Einsum', input: ['x', 'w'], attr: { equation: text(equation) } },
    ],
    [{ name: 'w', shape: [2, 3], values: [1, 1, 1, 0, 0, 0] }],
  );
  using net = await loadTfjs(files);
  scope(() => expect([...net.forward(tensor(data, [2, 3])).data()]).toEqual(expected));
});

test('arguments are checked, and limits hold', async () => {
  const files = CLASSIFIER();
  await expect(loadTfjs(1 as never)).rejects.toThrow('loadTfjs: source: expected a URL');
  await expect(loadTfjs(files, { limits: { nodes: 2 } })).rejects.toThrow(
    'at most 2 layers (limits)',
  );
  await expect(loadTfjs(GRAPH(), { limits: { nodes: 2 } })).rejects.toThrow(
    'at most 2 nodes (limits)',
  );
  await expect(loadTfjs(files, { limits: { weightBytes: 9 } })).rejects.toThrow('at most 9 bytes');
  await expect(loadTfjs(files, { trainable: 1 as never })).rejects.toThrow('loadTfjs: trainable');
  await expect(loadTfjs(files, { freeze: 'a' as never })).rejects.toThrow('loadTfjs: freeze');
  await expect(loadTfjs(sequential([], []), { lr: 1 } as never)).rejects.toThrow(
    'loadTfjs: options',
  );
  await expect(loadTfjs({ modelJson: [], weights: [] })).rejects.toThrow('readTfjsWeights reads');
  await expect(loadTfjs({ modelJson: '3', weights: [] })).rejects.toThrow('expected a model.json');
  await expect(loadTfjs({ modelJson: {}, weights: [] })).rejects.toThrow(
    'model.json: weightsManifest',
  );
});

// The cases of two outside suites, read for the tests beside this file: TensorFlow.js's own test values and ONNX's
// models of a single node. A test maps the names of ops to ours; a case that is left out is named with its reason, and
// must fail.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Shape } from '../../src/shape.js';
import { type DType, fromData, scope, Tensor } from '../../src/tensor.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { expectClose } from '../support/compare.js';
import { leaf } from '../support/op.js';
import { type OnnxNode, type OnnxTensor, readOnnxNode, readOnnxTensor } from '../support/onnx.js';

const readJson = (path: string): unknown => JSON.parse(new TextDecoder().decode(readData(path)));

/** Cases that do not pass, by name, with the reason. */
export type LeftOut = Readonly<Record<string, string>>;

/** A test of each of `count` cases; one that is left out must fail. */
function testCases<C extends { readonly name: string }>(
  title: string,
  cases: readonly C[],
  count: number,
  leftOut: LeftOut,
  run: (c: C) => void,
): void {
  test(`${title}: ${count} cases`, () => {
    expect(cases.length).toBe(count);
    expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(leftOut)));
  });
  test.each(cases)('$name', (c) => {
    const reason = leftOut[c.name];
    if (reason === undefined) scope(() => run(c));
    else expect(() => scope(() => run(c)), `left out: ${reason}`).toThrow();
  });
}

// TensorFlow.js

const TFJS = 'tfjs-tests';

interface Reference {
  readonly $: number;
}

type TfjsNode =
  | { kind: 'const'; shape: Shape; dtype: string; data: readonly (number | string)[] }
  | { kind: 'op'; op: string; args: readonly unknown[] }
  | { kind: 'grad'; y: Reference; wrt: Reference; dy: Reference | null };

export interface TfjsCase {
  /** The file of the suite. */
  readonly file: string;
  readonly name: string;
  /** Each may name earlier ones. */
  readonly nodes: readonly TfjsNode[];
  readonly checks: readonly {
    readonly kind: 'shape' | 'values' | 'throws';
    readonly node: number;
    /** Or the values of another node. */
    readonly expected: readonly (number | string)[] | Reference;
    readonly epsilon?: number;
  }[];
}

/** An op with TensorFlow.js's name and arguments, of which those that are tensors are ours; others are as they stand. */
export type TfjsOps = Readonly<Record<string, (...args: never[]) => Tensor>>;

/**
 * Tests the cases of some files of the suite.
 * @param files of `count` cases together
 * @param leftOut by the names of the cases
 */
export function testTfjs(
  files: readonly string[],
  count: number,
  ops: TfjsOps,
  leftOut: LeftOut = {},
): void {
  describeWithData(TFJS, () => {
    const { cases } = readJson(`${TFJS}/cases.json`) as { cases: TfjsCase[] };
    const chosen = cases.filter(({ file }) => files.includes(file));
    testCases(files.join(', '), chosen, count, leftOut, (c) => runTfjs(c, ops));
  });
}

function runTfjs({ nodes, checks }: TfjsCase, ops: TfjsOps): void {
  const failing = checks.filter(({ kind }) => kind === 'throws').map(({ node }) => node);
  const values: unknown[] = [];
  nodes.forEach((node, i) => {
    if (failing.includes(i)) expect(() => valueOf(node, i)).toThrow(/^\w+: \w/);
    else values[i] = valueOf(node, i);
  });
  for (const { kind, node, expected, epsilon = 0 } of checks) {
    if (kind === 'throws') continue;
    const value = values[node] as Tensor;
    if (kind === 'shape') expect(value.shape).toEqual(expected);
    else
      expectClose(value.data(), expectedOf(expected), {
        relative: 1e-6,
        absolute: epsilon,
        label: kind,
      });
  }

  function expectedOf(expected: TfjsCase['checks'][number]['expected']) {
    return '$' in expected ? (values[expected.$] as Tensor).data() : numbersOf(expected);
  }

  function valueOf(node: TfjsNode, index: number): unknown {
    if (node.kind === 'const') {
      const isWanted = nodes.some(
        ({ kind, wrt }: { kind: string; wrt?: Reference }) => kind === 'grad' && wrt?.$ === index,
      );
      if (isWanted) return leaf(numbersOf(node.data), node.shape);
      const dtype = node.dtype === 'float32' ? 'float32' : 'int32';
      return fromData('test', numbersOf(node.data), node.shape, dtype);
    }
    if (node.kind === 'op') {
      const op = ops[node.op];
      if (!op) throw new Error(`no op stands for ${node.op}`);
      return op(...(resolved(node.args, values) as never[]));
    }
    const [y, wrt, dy] = [node.y, node.wrt, node.dy].map(
      (reference) => reference && (values[reference.$] as Tensor),
    );
    for (const value of values) if (value instanceof Tensor) value.grad = undefined;
    y!.backward(dy ?? undefined);
    return wrt!.grad;
  }
}

const numbersOf = (values: readonly (number | string)[]) => values.map(Number);

/** Arguments with values in the place of what refers to them. */
function resolved(value: unknown, values: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, values));
  if (value === null || typeof value !== 'object') return value;
  if ('$' in value) return values[(value as Reference).$];
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolved(item, values)]),
  );
}

// ONNX

const ONNX = 'onnx-node';
const RELATIVE = 1e-5;
const ABSOLUTE = 1e-7;

/** The node's inputs, undefined where it has none, and attributes → its outputs. */
export type OnnxOp = (
  inputs: readonly (OnnxTensor | undefined)[],
  node: OnnxNode,
) => OnnxResult | readonly OnnxResult[];

/** A tensor of ours, or values that a test has laid out in ONNX's order. */
export type OnnxResult = Tensor | OnnxTensor;

/**
 * Tests every case of an op.
 * @param count how many there are
 */
export function testOnnx(op: string, count: number, run: OnnxOp, leftOut: LeftOut = {}): void {
  describeWithData(ONNX, () => {
    const { cases } = readJson(`${ONNX}/index.json`) as {
      cases: { readonly case: string; readonly ops: readonly string[] }[];
    };
    const chosen = cases
      .filter(({ ops }) => ops.length === 1 && ops[0] === op)
      .map((c) => ({ name: c.case }));
    testCases(op, chosen, count, leftOut, ({ name }) => runOnnx(name, run));
  });
}

function runOnnx(name: string, run: OnnxOp): void {
  const folder = `${ONNX}/${name}/test_data_set_0`;
  const { node, constants } = readOnnxNode(readData(`${ONNX}/${name}/model.onnx`));
  const given = tensorsOf(folder, 'input_');
  const inputs = node.inputs.map((input) => {
    if (input === '') return undefined;
    return constants.get(input) ?? given.find((tensor) => tensor.name === input) ?? given.shift()!;
  });
  const results = [run(inputs, node)].flat();
  const expected = tensorsOf(folder, 'output_');
  expect(results.length, 'outputs').toBe(expected.length);
  results.forEach((result, i) => {
    const { shape, data } = expected[i]!;
    expect(result.shape).toEqual(shape);
    const values = result instanceof Tensor ? result.data() : result.data;
    expectClose(values, data, { relative: RELATIVE, absolute: ABSOLUTE, label: name });
  });
}

const tensorsOf = (folder: string, prefix: string) =>
  readdirSync(`${dataDir}${folder}`)
    .filter((file) => file.startsWith(prefix))
    .sort()
    .map((file) => readOnnxTensor(readData(`${folder}/${file}`)));

/** A tensor of ONNX's as one of ours, in the same order: float32 unless it holds integers. */
export const tensorOf = ({ data, shape }: OnnxTensor, dtype?: DType) =>
  fromData('test', data, shape, dtype ?? (data instanceof Int32Array ? 'int32' : 'float32'));

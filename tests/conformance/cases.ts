// The cases of an outside suite, read for the tests beside this file: TensorFlow.js's own test values. A test maps the
// names of ops to ours; a case that is left out is named with its reason, and must fail.
import { expect, test } from 'vitest';
import type { Shape } from '../../src/shape.js';
import { fromData, scope, Tensor } from '../../src/tensor.js';
import { describeWithData, readData } from '../data/support.js';
import { expectClose } from '../support/compare.js';
import { leaf } from '../support/op.js';

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

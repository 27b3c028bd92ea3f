// What the cases of bench/op-cases.ts are made of: about a megabyte each.
import { rand, type Tensor, tensor } from '../src/index.js';

export interface OpCase {
  readonly what?: string;
  readonly inputs: () => [Tensor, ...Tensor[]];
  readonly run: (x: Tensor, ...others: Tensor[]) => Tensor;
}

type Run = OpCase['run'];

export const drawn =
  (shape: number[], ...others: number[][]): OpCase['inputs'] =>
  () => [rand(shape), ...others.map((other) => rand(other))];
export const of = (inputs: OpCase['inputs'], run: Run, what?: string): OpCase => ({
  inputs,
  run,
  ...(what && { what }),
});
export const one = (inputs: OpCase['inputs'], run: Run): OpCase[] => [of(inputs, run)];
/** The same inputs for functions of one name each. */
export const each = (inputs: OpCase['inputs'], functions: Readonly<Record<string, Run>>) =>
  Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, one(inputs, run)]));

/** Integers below `below`: `rows`, or [rows, columns]. */
export const indices = (rows: number, below: number, ...columns: number[]) => {
  const shape = [rows, ...columns];
  const length = shape.reduce((a, b) => a * b);
  return tensor(
    Int32Array.from({ length }, (_, i) => (i * 7919) % below),
    shape,
  );
};

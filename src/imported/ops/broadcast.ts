import { reshape } from '../../ops/reshape.js';
import { broadcastShape } from '../../ops/zip/broadcast.js';
import { type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkHostSize } from '../constants.js';
import { type ElementType, type Order, sameOrder, Value } from '../value.js';

/**
 * The order of axes in which values of several shapes meet: that of the largest tensor.
 * @param rank of the result; operands of fewer axes are aligned at the last
 */
export function commonOrder(operands: readonly Value[], rank: number): Order {
  const tensors = operands.filter((value) => !value.isHost);
  const [first] = tensors.sort((a, b) => b.size - a.size || b.rank - a.rank);
  if (!first) return sameOrder(rank);
  const missing = rank - first.rank;
  return [...sameOrder(missing), ...first.order.map((axis) => axis + missing)];
}

/** A value as a tensor that broadcasts to others whose axes have the order, or as the number that it is on the host. */
export function operandOf(value: Value, order: Order): Tensor | number {
  const isNumber = value.isHost && value.size === 1;
  return isNumber ? value.numbers()[0]! : tensorOperandOf(value, order);
}

/** A value as a tensor that broadcasts to others whose axes have the order. */
export function tensorOperandOf(value: Value, order: Order): Tensor {
  const missing = order.length - value.rank;
  const own = order.filter((axis) => axis >= missing).map((axis) => axis - missing);
  const tensor = value.tensor(own);
  const isAligned = order.every((axis, i) => axis >= missing || i < missing);
  if (isAligned) return tensor;
  const shape = order.map((axis) => (axis < missing ? 1 : value.shape[axis - missing]!));
  return reshape(tensor, shape);
}

/** What the operands gave, as a value; it has fewer axes than the order where only a number had all of them. */
export function broadcastResult(y: Tensor, order: Order, dtype: ElementType): Value {
  const missing = order.length - y.rank;
  const shape = [...sameOrder(missing).map(() => 1), ...y.shape];
  return Value.of(missing === 0 ? y : reshape(y, shape), order, dtype);
}

/** A function of the elements of values on the host, which are repeated as NumPy has it. */
export function zipNumbers(
  op: string,
  operands: readonly Value[],
  compute: (...elements: number[]) => number,
): { numbers: number[]; shape: Shape } {
  const shape = operands.map((value) => value.shape).reduce((a, b) => broadcastShape(op, a, b));
  checkHostSize(op, shape);
  const columns = operands.map((value) => repeatedNumbers(value, shape));
  const numbers = Array.from({ length: sizeOf(shape) }, (_, i) =>
    compute(...columns.map((column) => column[i]!)),
  );
  return { numbers, shape };
}

/** The numbers of a value on the host, repeated to a shape that it broadcasts to. */
export function repeatedNumbers(value: Value, shape: Shape): ArrayLike<number> {
  const numbers = value.numbers();
  if (value.size === sizeOf(shape)) return numbers;
  const missing = shape.length - value.rank;
  let places = [0];
  shape.forEach((size, axis) => {
    const own = axis < missing ? 1 : value.shape[axis - missing]!;
    const stride = own === 1 ? 0 : sizeOf(value.shape.slice(axis - missing + 1));
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * stride));
  });
  return places.map((place) => numbers[place]!);
}

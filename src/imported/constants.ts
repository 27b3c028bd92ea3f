import { noGrad } from '../autograd.js';
import { sameShape, type Shape, sizeOf } from '../shape.js';
import { fromData, keep, type Tensor } from '../tensor.js';
import type { FileGraph, FileTensor, Handlers } from './graph.js';
import { isFloat, MOST_HOST_NUMBERS, type Order, sameOrder, Value } from './value.js';

/** Whole numbers up to so many stay on the host; more are data, the weights of a quantised net for instance. */
export const MOST_WHOLE_NUMBERS = 2 ** 12;

/** For every constant that is a weight of a node the order in which it is stored: that of the first node to name it. */
export function wantedOrders(graph: FileGraph, handlers: Handlers): Map<string, Order> {
  const wanted = new Map<string, Order>();
  const look = (nodes: FileGraph['nodes']): void => {
    for (const { op, inputs, attributes, inner = [] } of nodes) {
      inputs.forEach((name, operand) => {
        const constant = graph.constants.get(name);
        if (!constant || wanted.has(name) || !Object.hasOwn(handlers, op)) return;
        const order = handlers[op]!.weightOrder?.(operand, constant.shape.length, attributes);
        if (order) wanted.set(name, order);
      });
      for (const { nodes: inside } of inner) look(inside);
    }
  };
  look(graph.nodes);
  return wanted;
}

/** Whether a constant is numbers on the host: it is no weight, and holds whole numbers or a single one. */
export function staysOnHost({ shape, dtype }: FileTensor): boolean {
  const size = sizeOf(shape);
  return size <= (isFloat(dtype) ? 1 : MOST_WHOLE_NUMBERS);
}

/** A tensor of the constant's values that lives until it is disposed, its axes in the order given. */
export function constantTensor({ shape, data }: FileTensor, order: Order): Tensor {
  return noGrad(() => {
    const plain = fromData('model', data, shape, 'float32');
    if (sameShape(order, sameOrder(shape.length))) return keep(plain);
    const moved = keep(Value.of(plain).tensor(order));
    if (moved !== plain) plain.dispose();
    return moved;
  });
}

/** @throws RangeError for more numbers than a value on the host may have */
export function checkHostSize(op: string, shape: Shape): void {
  const size = sizeOf(shape);
  if (size <= MOST_HOST_NUMBERS) return;
  throw new RangeError(
    `${op}: expected at most ${MOST_HOST_NUMBERS} numbers that are computed outside of tensors, got ${size}`,
  );
}

/** Runs `body`; where it fails, the tensors of the values that it has made by then are freed. */
export function freedOnError<T>(values: ReadonlyMap<string, Value>, body: () => T): T {
  try {
    return body();
  } catch (error) {
    for (const value of values.values()) for (const tensor of value.tensors) tensor.dispose();
    throw error;
  }
}

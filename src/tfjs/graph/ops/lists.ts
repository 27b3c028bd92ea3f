import { isRecording } from '../../../autograd.js';
import { concat, fill } from '../../../imported/ops/copy-ops.js';
import { gather } from '../../../imported/ops/index-ops.js';
import { unsqueeze } from '../../../imported/ops/shape-ops.js';
import { slice } from '../../../imported/ops/slice-ops.js';
import { sameOrder, Value } from '../../../imported/value.js';
import { type GraphHandler, type GraphHandlers, integersOf, numberOf } from './operands.js';

/** Turns of a loop: more are an endless one. */
const MOST_TURNS = 2 ** 10;
/** Elements of a list. */
const MOST_ELEMENTS = 2 ** 10;

/** A list of so many elements, of which none is known: [count, 0]. @throws RangeError */
function reserved(count: number): Value {
  if (Number.isInteger(count) && count >= 0 && count <= MOST_ELEMENTS) {
    return Value.host([], [count, 0], 'float32');
  }
  throw new RangeError(`list: expected at most ${MOST_ELEMENTS} elements, got ${count}`);
}

/** A list with another element; the others are zeros where it is the first that is set. @throws RangeError */
function withItem(list: Value, index: number, item: Value): Value {
  const count = list.shape[0]!;
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new RangeError(`list: expected an index below ${count}, got ${index}`);
  }
  const isReserved = list.rank === 2 && list.shape[1] === 0 && item.size > 0;
  const whole = isReserved ? fill([count, ...item.shape], 0, item.dtype) : list;
  const part = (start: number, end: number) =>
    start < end ? [slice(whole, { starts: [start], ends: [end] })] : [];
  return concat([...part(0, index), unsqueeze(item, [0]), ...part(index + 1, count)], 0);
}

/** An element of a list. @throws RangeError */
function itemOf(list: Value, index: number): Value {
  return gather(list, Value.host([index], [], 'int32'));
}

const stacked: GraphHandler = { run: ([list]) => list! };

/** The same elements in the order of other places. @throws RangeError unless each is named once */
function scattered(items: Value, places: readonly number[]): Value {
  const order = sameOrder(places.length).map((place) => places.indexOf(place));
  if (order.includes(-1)) throw new RangeError('list: expected an index for every element');
  const isSame = order.every((from, place) => from === place);
  return isSame ? items : gather(items, Value.host(order, [order.length], 'int32'));
}

/** Turns of a body while the condition holds; both see what is around the node, which its last inputs are. */
const loop: GraphHandler = {
  run: (inputs, { graphs }, { run }) => {
    const [condition, body] = graphs as [(typeof graphs)[0], (typeof graphs)[0]];
    const given = inputs as readonly Value[];
    let variables = given.slice(0, condition.inputs.length);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      if (numberOf(run(condition, variables)[0]) === 0) return variables;
      const next = run(body, variables);
      if (!isRecording()) release(variables, [...given, ...next]);
      variables = next;
    }
    throw new RangeError(`expected at most ${MOST_TURNS} turns of the loop, got more`);
  },
};

/** Frees the tensors of values that others do not hold. */
function release(values: readonly Value[], others: readonly Value[]): void {
  const held = new Set(others.flatMap((value) => [...value.tensors]));
  for (const value of values) {
    for (const tensor of value.tensors) if (!held.has(tensor)) tensor.dispose();
  }
}

/** Loops, and the lists that they fill: a list is the tensor of its elements, one after another. */
export const LISTS: GraphHandlers = {
  While: loop,
  TensorListFromTensor: stacked,
  TensorListReserve: { run: ([, count]) => reserved(numberOf(count)) },
  TensorListGetItem: { run: ([list, index]) => itemOf(list!, numberOf(index)) },
  TensorListSetItem: { run: ([list, index, item]) => withItem(list!, numberOf(index), item!) },
  TensorListStack: stacked,
  TensorListLength: { run: ([list]) => Value.host([list!.shape[0]!], [], 'int32') },
  TensorListGather: { run: ([list, indices]) => gather(list!, indices!) },
  TensorArrayV3: { run: ([count]) => [count!, reserved(numberOf(count))] },
  TensorArrayReadV3: { run: ([, index, list]) => itemOf(list!, numberOf(index)) },
  TensorArrayWriteV3: {
    run: ([, index, item, list]) => withItem(list!, numberOf(index), item!),
  },
  TensorArrayGatherV3: { run: ([, indices, list]) => gather(list!, indices!) },
  TensorArrayScatterV3: { run: ([, indices, items]) => scattered(items!, integersOf(indices)) },
  TensorArraySizeV3: { run: ([, list]) => Value.host([list!.shape[0]!], [], 'int32') },
};

import { checkMethods, wrongKind } from '../check.js';
import { isNumberArray } from '../describe.js';
import { ShapeError } from '../errors.js';
import { formatShape, sameShape, type Shape, sizeOf } from '../shape.js';

/** The values of parameters and buffers by name, as `stateDict()` and `readSafetensors` give them. */
export type StateDict = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
>;

/** So many faults are listed; of more the number is told. */
const MOST_FAULTS = 20;

/**
 * Checks that a state dict holds exactly these tensors, in these shapes.
 * @throws TypeError, or ShapeError, that lists everything that is missing, superfluous or of another shape
 */
export function checkState(
  op: string,
  expected: ReadonlyMap<string, Shape>,
  state: StateDict,
): void {
  checkMethods(op, 'state', state, 'a Map, as of stateDict()', ['get', 'keys']);
  const superfluous = [...state.keys()]
    .filter((name) => !expected.has(name))
    .map((name) => new ShapeError(`${op}: ${name}: the model has no such parameter or buffer`));
  const wrong = [...expected].map(([name, shape]) => faultOf(op, name, state.get(name), shape));
  const faults = [...superfluous, ...wrong.filter((fault) => fault !== undefined)];
  if (faults.length === 0) return;
  if (faults.length === 1) throw faults[0]!;
  const lines = faults.slice(0, MOST_FAULTS).map(({ message }) => message.slice(op.length + 2));
  if (faults.length > MOST_FAULTS) lines.push(`and ${faults.length - MOST_FAULTS} more`);
  const Kind = faults.find((fault) => fault instanceof TypeError) ? TypeError : ShapeError;
  throw new Kind(`${op}: ${faults.length} faults:\n  ${lines.join('\n  ')}`);
}

/** What is wrong with the entry for a tensor of this shape. */
function faultOf(op: string, name: string, entry: unknown, shape: Shape): Error | undefined {
  const { shape: got, data } = (entry ?? {}) as { shape?: Shape; data?: ArrayLike<number> };
  const isShaped = Array.isArray(got) && isNumbers(data);
  if (entry !== undefined && !isShaped) return wrongKind(op, name, 'a shape and data', entry);
  const fits = isShaped && sameShape(got, shape);
  if (fits && data.length === sizeOf(shape)) return undefined;
  const shown = isShaped ? formatShape(got) : 'nothing';
  return new ShapeError(
    `${op}: ${name}: expected shape ${formatShape(shape)}, ` +
      `got ${shown}${fits ? ` with ${data.length} values` : ''}${orderHint(shape, got)}`,
  );
}

function isNumbers(data: unknown): data is ArrayLike<number> {
  const isNumber = (value: unknown) => typeof value === 'number';
  return isNumberArray(data) || (Array.isArray(data) && data.every(isNumber));
}

/** What is wrong with weights in PyTorch's order, outputs first. */
function orderHint(expected: Shape, got: Shape | undefined): string {
  const other = torchShape(expected);
  if (!got || expected.length < 2 || !sameShape(got, other)) return '';
  return ": that is PyTorch's order of axes [out, in, …], here it is […, in, out]: loadTorchStateDict reads it";
}

/** PyTorch's shape of a weight that is […, in, out] here: [out, in, …]. */
export function torchShape(shape: Shape): Shape {
  return [...shape.slice(-2).reverse(), ...shape.slice(0, -2)];
}

import { wrongKind } from '../../check.js';
import { argumentBlock, geometryBlock } from '../../runtime/geometry-block.js';
import { NUMBER_POINTER } from '../../runtime/heap.js';
import { launch, type LaunchOptions, SCRATCH } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch } from '../../runtime/storage.js';
import { sameShape, sizeOf } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { PASSED } from '../identity.js';
import { apply, type Call, type Family, type Op, type Plan } from '../op.js';
import { sumTo } from '../reduce.js';
import { broadcastShape, layoutOf, ZIP_FIELDS, type ZipLayout } from './broadcast.js';

/** What arrives at an operand, as the kernels know it. */
export interface ZipGradient {
  /** Its number in assembly/lib/zip.ts. */
  readonly fn: number;
  /** Whether it is what arrives at a with a and b exchanged. */
  readonly isExchanged?: boolean;
  /** Whether it depends on dy alone. */
  readonly isLinear?: boolean;
}

/** The number of the gradient that is dy times the other operand. */
const TIMES_OTHER = 2;

/** A function of two tensors, element by element. */
export interface ZipOp extends Op<ZipOptions, ZipPlan> {
  /** Its number in assembly/lib/zip.ts. */
  readonly fn: number;
  /** None of what has no gradient. */
  readonly gradients: readonly ZipGradient[];
}

/** The number that stands in the place of an operand. */
export interface ZipOptions {
  readonly a?: number | undefined;
  readonly b?: number | undefined;
}

export interface ZipPlan extends Plan {
  readonly fn: number;
  readonly gradients: ZipOp['gradients'];
  readonly numbers: ZipOptions;
  readonly layout: ZipLayout;
}

/** A tensor, or a number in its place. */
interface Operand {
  readonly tensor: Tensor | undefined;
  readonly number: number | undefined;
}

export const ZIP: Family<ZipOp, ZipOptions, ZipPlan> = {
  operands: [
    { name: 'a', isOptional: true },
    { name: 'b', isOptional: true },
  ],

  plan({ name, fn, gradients }, [a, b], numbers) {
    const shape = a && b ? broadcastShape(name, a.shape, b.shape) : (a ?? b)!.shape;
    return { shape, fn, gradients, numbers, layout: layoutOf(a?.shape, b?.shape, shape) };
  },

  inPlace: ({ shape }, inputs) =>
    [0, 1].filter((i) => inputs[i] && sameShape(inputs[i].shape, shape)),

  forward(y, [a, b], { fn, numbers, layout: { steps, geometry } }) {
    launch(
      'zipForward',
      [
        y.pointer,
        pointerOf({ tensor: a, number: numbers.a }),
        pointerOf({ tensor: b, number: numbers.b }),
        fn,
        steps,
        blockOf(geometry),
        SCRATCH,
      ],
      y.size,
      scratchOf(geometry),
    );
  },

  gradients: [zipGradient],
};

/** In the shape of the output first, where the operand was repeated; a sum undoes that. */
export function zipGradient(
  gradInput: Tensor,
  accumulate: boolean,
  call: Call<ZipPlan>,
  index: number,
): void {
  const { gradients, shape } = call.plan;
  if (sameShape(gradInput.shape, shape)) return writeGradient(gradInput, accumulate, call, index);
  const { fn } = gradients[index]!;
  const other = call.inputs[1 - index];
  if (fn === PASSED) return sumTo(gradInput, call.gradOutput, accumulate);
  if (fn === TIMES_OTHER && other && sameShape(other.shape, shape)) {
    return sumTo(gradInput, call.gradOutput, accumulate, other);
  }
  withScratch(4 * sizeOf(shape), (pointer) => {
    writeGradient({ pointer }, false, call, index);
    sumTo(gradInput, { pointer, shape }, accumulate);
  });
}

/** What arrives at an operand, in the shape of the output. */
function writeGradient(
  { pointer }: { readonly pointer: number },
  accumulate: boolean,
  { inputs, gradOutput, plan: { gradients, numbers, shape } }: Call<ZipPlan>,
  index: number,
): void {
  const { fn, isExchanged, isLinear } = gradients[index]!;
  const operands = [
    { tensor: isLinear ? gradOutput : inputs[0], number: numbers.a },
    { tensor: isLinear ? gradOutput : inputs[1], number: numbers.b },
  ];
  const [a, b] = (isExchanged ? operands.reverse() : operands) as [Operand, Operand];
  const { steps, geometry } = layoutOf(a.tensor?.shape, b.tensor?.shape, shape);
  const pointers = [pointer, gradOutput.pointer, pointerOf(a), pointerOf(b)] as const;
  launch(
    'zipGradInput',
    [...pointers, fn, steps, blockOf(geometry), SCRATCH, accumulate],
    gradOutput.size,
    scratchOf(geometry),
  );
}

/** The address of a tensor, or of a number written to where the next kernel call is to find it. */
function pointerOf({ tensor, number }: Operand): number {
  if (tensor) return tensor.pointer;
  const block = argumentBlock(NUMBER_POINTER, 4);
  runtime().heap.f32[block / 4] = number!;
  return block;
}

const blockOf = (geometry: ZipLayout['geometry']) =>
  geometry ? geometryBlock(ZIP_FIELDS, geometry) : 0;

/** A tile is read in whole vectors, past its end. */
const scratchOf = (geometry: ZipLayout['geometry']): LaunchOptions | undefined =>
  geometry?.tiled ? { scratchBytes: 4 * (geometry.piece + 4) } : undefined;

/**
 * The op on two tensors, or a tensor and a number.
 * @throws TypeError, ShapeError
 */
export function applyZip(op: ZipOp, a: Tensor | number, b: Tensor | number): Tensor {
  const numbers = { a: numberOf(op, 'a', a), b: numberOf(op, 'b', b) };
  if (numbers.a !== undefined && numbers.b !== undefined) {
    throw wrongKind(op.name, 'b', 'a Tensor beside a number', b);
  }
  return apply(op, [tensorOf(a), tensorOf(b)], numbers);
}

function numberOf(op: ZipOp, argument: string, value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Tensor) return undefined;
  throw wrongKind(op.name, argument, 'a Tensor or a number', value);
}

const tensorOf = (value: Tensor | number) => (typeof value === 'number' ? undefined : value);

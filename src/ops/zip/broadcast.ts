import { ShapeError } from '../../errors.js';
import { interned } from '../../memo.js';
import { formatShape, sameShape, type Shape } from '../../shape.js';

const MAX_RANK = 8;
/** Pieces of a repeated operand shorter than this are laid out many times over … */
const SHORT = 256;
/** … in whole vectors, and until they have so many vectors. */
const LANES = 4;
const TILE_VECTORS = 64;

/** Which of a and b advance along a row, as assembly/lib/zip.ts has it. */
export const STEPS_A = 1;
export const STEPS_B = 2;

/** The fields of `ZipGeometry` in assembly/zip.ts. */
export const ZIP_FIELDS = [
  ...(['block', 'piece', 'nextA', 'nextB', 'tiled', 'period', 'axes'] as const),
  ...(['size0', 'a0', 'b0', 'size1', 'a1', 'b1', 'size2', 'a2', 'b2'] as const),
  ...(['size3', 'a3', 'b3', 'size4', 'a4', 'b4', 'size5', 'a5', 'b5'] as const),
] as const;

export type ZipGeometry = Readonly<Record<(typeof ZIP_FIELDS)[number], number>>;

const GEOMETRIES: ZipGeometry[] = [];

/** How the operands lie under the output; without a geometry all is one row. */
export interface ZipLayout {
  readonly steps: number;
  readonly geometry?: ZipGeometry;
}

/** An axis, or neighbours as one: its size and what a and b advance by along it, in elements; 0 where they are repeated. */
interface Axis {
  size: number;
  readonly a: number;
  readonly b: number;
}

/**
 * The shape of both as NumPy has it: aligned at the last axis, axes of size 1 repeated.
 * @throws ShapeError
 */
export function broadcastShape(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (m !== n && m !== 1 && n !== 1) {
      const expected = `a shape that broadcasts with ${formatShape(a)}`;
      throw new ShapeError(`${op}: b: expected ${expected}, got ${formatShape(b)}`);
    }
    return m === 1 ? n : m;
  });
  if (rank > MAX_RANK) {
    const [name, given] = a.length > MAX_RANK ? ['a', a] : ['b', b];
    const expected = `at most ${MAX_RANK} axes where shapes differ`;
    throw new ShapeError(`${op}: ${name}: expected ${expected}, got ${given.length}`);
  }
  return shape;
}

/** How a and b, whose shapes broadcast to `shape`, lie under it; a number has no shape. */
export function layoutOf(a: Shape | undefined, b: Shape | undefined, shape: Shape): ZipLayout {
  if (a === undefined) return { steps: STEPS_B };
  if (b === undefined) return { steps: STEPS_A };
  if (sameShape(a, b) || shape.includes(0)) return { steps: STEPS_A + STEPS_B };
  const [inner = { size: 1, a: 1, b: 1 }, next, ...axes] = axesOf(a, b, shape);
  const steps = (inner.a && STEPS_A) + (inner.b && STEPS_B);
  return next
    ? { steps, geometry: interned(GEOMETRIES, geometryOf(inner, next, axes)) }
    : { steps };
}

/** The axes of `shape`, innermost first, without those of size 1; neighbours that a and b go along alike are one. */
function axesOf(a: Shape, b: Shape, shape: Shape): Axis[] {
  const axes: Axis[] = [];
  let [stepA, stepB] = [1, 1];
  for (let i = 1; i <= shape.length; i++) {
    const [size, sizeA, sizeB] = [shape.at(-i)!, a.at(-i) ?? 1, b.at(-i) ?? 1];
    if (size === 1) continue;
    const axis = { size, a: sizeA === 1 ? 0 : stepA, b: sizeB === 1 ? 0 : stepB };
    stepA *= sizeA;
    stepB *= sizeB;
    const last = axes.at(-1);
    if (last && !last.a === !axis.a && !last.b === !axis.b) last.size *= size;
    else axes.push(axis);
  }
  return axes;
}

function geometryOf(inner: Axis, next: Axis, axes: readonly Axis[]): ZipGeometry {
  const isTiled = inner.a !== 0 && inner.b !== 0 && inner.size < SHORT;
  const repeats = isTiled ? Math.min(next.size, LANES * Math.ceil(TILE_VECTORS / inner.size)) : 1;
  const piece = inner.size * repeats;
  return {
    block: inner.size * next.size,
    piece,
    nextA: repeats * next.a,
    nextB: repeats * next.b,
    tiled: isTiled ? (next.a === 0 ? 1 : 2) : 0,
    period: inner.size,
    axes: axes.length,
    ...stepsAlong(axes),
  };
}

type Steps = Omit<ZipGeometry, 'block' | 'piece' | 'nextA' | 'nextB' | 'tiled' | 'period' | 'axes'>;

function stepsAlong(axes: readonly Axis[]): Steps {
  const steps: Record<string, number> = {};
  for (let i = 0; i < MAX_RANK - 2; i++) {
    const { size, a, b } = axes[i] ?? { size: 1, a: 0, b: 0 };
    [steps[`size${i}`], steps[`a${i}`], steps[`b${i}`]] = [size, a, b];
  }
  return steps as Steps;
}

import { FormatError } from '../../errors.js';
import {
  gather,
  gatherElements,
  gatherNd,
  oneHot,
  scatterNd,
  type ScatterReduction,
} from '../../imported/ops/index-ops.js';
import { nonMaxSuppression } from '../../imported/ops/nms.js';
import { axisOf, stridesOf } from '../../imported/ops/copies.js';
import { binary } from '../../imported/ops/elementwise.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { type ElementType, Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { typeOf } from '../tensor-reader.js';
import { numberOf, numbersOf, type OnnxHandlers } from './handler.js';

/** Elements by their places. */
export const INDICES: OnnxHandlers = {
  Gather: {
    needs: 2,
    // An embedding's table.
    weightOrder: (operand, rank) => (operand === 0 && rank === 2 ? [0, 1] : undefined),
    run: ([x, places], a) => gather(x!, places!, { axis: a.int('axis') ?? 0 }),
  },
  GatherElements: {
    needs: 2,
    run: ([x, places], a) => gatherElements(x!, places!, a.int('axis') ?? 0),
  },
  GatherND: { needs: 2, run: ([x, places], a) => gatherNd(x!, places!, a.int('batch_dims') ?? 0) },
  Scatter: { needs: 3, run: ([x, places, updates], a) => scatter(x!, places!, updates!, a) },
  ScatterElements: {
    needs: 3,
    run: ([x, places, updates], a) => scatter(x!, places!, updates!, a),
  },
  ScatterND: {
    needs: 3,
    run: ([x, places, updates], a) => scatterNd(x!, places!, updates!, reductionOf(a)),
  },
  OneHot: {
    needs: 3,
    run([places, depth, values], a) {
      const [off, on] = numbersOf(values) as [number, number];
      const classes = numberOf('depth', depth!);
      const axis = a.int('axis') ?? -1;
      return oneHot(places!, classes, values!.dtype, { on, off, axis, wraps: true });
    },
  },
  NonZero: { run: ([x]) => nonZero(x!) },
  Compress: { needs: 2, run: ([x, condition], a) => compress(x!, condition!, a.int('axis')) },
  EyeLike: {
    run([x], a) {
      const [rows = 0, columns = 0] = x!.shape;
      const k = a.int('k') ?? 0;
      const ones = Array.from({ length: rows * columns }, (_, i) =>
        Number((i % columns) - Math.floor(i / columns) === k),
      );
      return Value.host(ones, x!.shape, typeOf(a.int('dtype') ?? 0) ?? x!.dtype);
    },
  },
  Trilu: {
    run([x, k], a) {
      const diagonal = k ? numberOf('k', k) : 0;
      return binary('mul', x!, triangle(x!, diagonal, a.flag('upper', true), x!.dtype));
    },
  },
  NonMaxSuppression: {
    needs: 2,
    run: ([boxes, scores, ...limits], a) => suppressed(boxes!, scores!, limits, a),
  },
};

function reductionOf(attributes: OnnxAttributes): ScatterReduction {
  return attributes.oneOf('reduction', ['none', 'add', 'mul', 'min', 'max']);
}

/** Each update at its place along an axis: the places along the others are those of the update. */
function scatter(x: Value, places: Value, updates: Value, attributes: OnnxAttributes): Value {
  const axis = axisOf('scatter', attributes.int('axis') ?? 0, x.rank);
  const [strides, numbers] = [stridesOf(places.shape), places.numbers()];
  const all: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    for (let a = 0; a < x.rank; a++) {
      const own = Math.floor(i / strides[a]!) % places.shape[a]!;
      all.push(a === axis ? numbers[i]! : own);
    }
  }
  const full = Value.host(all, [numbers.length, x.rank], 'int64');
  return scatterNd(x, full, reshape(updates, [numbers.length]), reductionOf(attributes));
}

/** The places of all elements but zeros [rank, count]. */
function nonZero(x: Value): Value {
  const numbers = x.numbers();
  const found = Array.from({ length: numbers.length }, (_, i) => i).filter((i) => numbers[i] !== 0);
  const rows = stridesOf(x.shape).flatMap((stride, axis) =>
    found.map((i) => Math.floor(i / stride) % x.shape[axis]!),
  );
  return Value.host(rows, [x.rank, found.length], 'int64');
}

function compress(x: Value, condition: Value, axis: number | undefined): Value {
  const places = Array.from(condition.numbers()).flatMap((value, i) => (value === 0 ? [] : [i]));
  const indices = Value.host(places, [places.length], 'int64');
  if (axis === undefined) return gather(reshape(x, [x.size]), indices);
  return gather(x, indices, { axis });
}

/** 1 in one triangle of the last two axes, the diagonal included, else 0. */
function triangle(x: Value, k: number, isUpper: boolean, dtype: ElementType): Value {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  if (x.rank < 2) throw new FormatError('trilu: expected matrices');
  const ones = Array.from({ length: rows * columns }, (_, i) => {
    const above = (i % columns) - Math.floor(i / columns);
    return Number(isUpper ? above >= k : above <= k);
  });
  return Value.host(ones, [rows, columns], dtype);
}

/** The boxes [count, 3] that are kept: batch, class and box. @param boxes [N, boxes, 4] @param scores [N, classes, boxes] */
function suppressed(
  boxes: Value,
  scores: Value,
  [most, overlap, least]: readonly (Value | undefined)[],
  attributes: OnnxAttributes,
): Value {
  const [batch, classes, count] = scores.shape as [number, number, number];
  if (scores.rank !== 3 || boxes.size !== batch * count * 4) {
    throw new FormatError('scores: expected [N, classes, boxes] and boxes [N, boxes, 4]');
  }
  const options = {
    maxOutputSize: most ? numberOf('max_output_boxes_per_class', most) : 0,
    iouThreshold: overlap ? numberOf('iou_threshold', overlap) : 0,
    scoreThreshold: least ? numberOf('score_threshold', least) : -Infinity,
    isCentered: attributes.flag('center_point_box'),
  };
  const [allBoxes, allScores] = [Array.from(boxes.numbers()), Array.from(scores.numbers())];
  const kept: number[] = [];
  for (let n = 0; n < batch; n++) {
    const own = allBoxes.slice(n * count * 4, (n + 1) * count * 4);
    for (let c = 0; c < classes; c++) {
      const begin = (n * classes + c) * count;
      const { indices } = nonMaxSuppression(own, allScores.slice(begin, begin + count), options);
      for (const index of indices) kept.push(n, c, index);
    }
  }
  return Value.host(kept, [kept.length / 3, 3], 'int64');
}

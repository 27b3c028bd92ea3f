import { reduce } from '../../imported/ops/reduce.js';
import { binary } from '../../imported/ops/elementwise.js';
import { expand } from '../../imported/ops/copy-ops.js';
import { gather } from '../../imported/ops/index-ops.js';
import { reshape, transpose, unsqueeze } from '../../imported/ops/shape-ops.js';
import { sameOrder, Value } from '../../imported/value.js';
import { linear } from '../../ops/linear.js';
import { sizeOf } from '../../shape.js';
import { activationOf } from './activations.js';
import type { LayerConfig } from './config.js';
import type { LayerClasses, LayerRun, MakeLayer } from './layer.js';

const identity: LayerRun = ([x]) => x;

/** What only regularizes training, or augments its pictures, is left out: an imported model computes as in inference. */
const leftOut: MakeLayer = () => identity;

const dense: MakeLayer = (config, weight) => {
  const units = config.integer('units', 1);
  const activate = activationOf(config);
  const kernel = weight({ names: ['kernel'], shape: [null, units] });
  const bias = config.boolean('use_bias', true)
    ? weight({ names: ['bias'], shape: [units] })
    : undefined;
  return ([x], weights) => {
    const shift = bias === undefined ? undefined : weights[bias]!.tensor();
    return activate(Value.of(linear(x.tensor(), weights[kernel]!.tensor(), shift)));
  };
};

const flatten: MakeLayer = (config) => {
  const layout = config.layout();
  return ([x]) => {
    // Keras flattens pictures with channels first as if these were last.
    const axes = sameOrder(x.rank);
    const isMoved = layout === 'NCHW' && x.rank > 2;
    const y = isMoved ? transpose(x, [0, ...axes.slice(2), 1]) : x;
    return reshape(y, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
  };
};

const reshaped: MakeLayer = (config) => {
  const target = config.get('target_shape');
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) >= -1;
  if (!Array.isArray(target) || target.length > 8 || !target.every(isSize)) {
    throw config.error('target_shape', 'sizes of axes');
  }
  return ([x]) => reshape(x, [x.shape[0]!, ...(target as number[])]);
};

const permute: MakeLayer = (config) => {
  const dims = config.get('dims');
  const isOrder =
    Array.isArray(dims) &&
    dims.length < 8 &&
    sameOrder(dims.length).every((i) => dims.includes(i + 1));
  if (!isOrder) throw config.error('dims', 'each axis from 1 on once');
  return ([x]) => transpose(x, [0, ...(dims as number[])]);
};

const repeatVector: MakeLayer = (config) => {
  const n = config.integer('n', 1);
  return ([x]) => expand(unsqueeze(x, [1]), [1, n, 1]);
};

const embedding: MakeLayer = (config, weight) => {
  const shape = [config.integer('input_dim', 1), config.integer('output_dim', 1)];
  if (config.boolean('mask_zero', false))
    throw config.error('mask_zero', 'false: no masks are read');
  const table = weight({ names: ['embeddings'], shape });
  return ([x], weights) => gather(weights[table]!, x);
};

/** Values of fewer axes get new ones behind that of the batch, as Keras has it. */
function aligned(values: readonly [Value, ...Value[]]): [Value, ...Value[]] {
  const rank = Math.max(...values.map((value) => value.rank));
  return values.map((value) => {
    const missing = rank - value.rank;
    return missing
      ? unsqueeze(
          value,
          sameOrder(missing).map((axis) => axis + 1),
        )
      : value;
  }) as [Value, ...Value[]];
}

const merged =
  (name: 'add' | 'sub' | 'mul' | 'maximum' | 'minimum'): LayerRun =>
  (inputs) =>
    aligned(inputs).reduce((a, b) => binary(name, a, b));

const average: MakeLayer = () => (inputs) => {
  const total = aligned(inputs).reduce((a, b) => binary('add', a, b));
  return binary('div', total, Value.host([inputs.length], [], 'float32'));
};

const dot: MakeLayer = (config) => {
  const [a, b] = axesOfDot(config);
  const isNormalized = config.boolean('normalize', false);
  return ([x, y]) => {
    if (y === undefined) throw config.error('inputs', 'two inputs');
    // [batch, …, contracted] and [batch, …, contracted], whose products are summed.
    const [left, right] = [lastOf(x, a), lastOf(y, b)].map((value) =>
      isNormalized ? normalized(value) : value,
    ) as [Value, Value];
    const rows = left.shape.slice(1, -1);
    const columns = right.shape.slice(1, -1);
    const ones = (shape: readonly number[]) => shape.map(() => 1);
    const [batch, depth] = [left.shape[0]!, left.shape.at(-1)!];
    const products = binary(
      'mul',
      reshape(left, [batch, ...rows, ...ones(columns), depth]),
      reshape(right, [right.shape[0]!, ...ones(rows), ...columns, depth]),
    );
    const isScalar = rows.length + columns.length === 0;
    return reduce('sum', products, [-1], isScalar);
  };
};

function axesOfDot(config: LayerConfig): [number, number] {
  const axes = config.integers('axes', 2, -8);
  return axes as [number, number];
}

/** With an axis in the last place. */
function lastOf(x: Value, axis: number): Value {
  const last = axis < 0 ? axis + x.rank : axis;
  return transpose(x, [...sameOrder(x.rank).filter((other) => other !== last), last]);
}

function normalized(x: Value): Value {
  const norm = reduce('l2', x, [-1], true);
  return binary('div', x, binary('maximum', norm, Value.host([1e-6], [], 'float32')));
}

/** Dense layers, shapes, sums of several inputs, and what does nothing in inference. */
export const CORE: LayerClasses = {
  Dense: dense,
  Flatten: flatten,
  Reshape: reshaped,
  Permute: permute,
  RepeatVector: repeatVector,
  Embedding: embedding,
  Add: () => merged('add'),
  Subtract: () => merged('sub'),
  Multiply: () => merged('mul'),
  Maximum: () => merged('maximum'),
  Minimum: () => merged('minimum'),
  Average: average,
  Dot: dot,
  Identity: leftOut,
  Dropout: leftOut,
  SpatialDropout1D: leftOut,
  SpatialDropout2D: leftOut,
  SpatialDropout3D: leftOut,
  AlphaDropout: leftOut,
  GaussianDropout: leftOut,
  GaussianNoise: leftOut,
  ActivityRegularization: leftOut,
  RandomBrightness: leftOut,
  RandomContrast: leftOut,
  RandomFlip: leftOut,
  RandomRotation: leftOut,
  RandomTranslation: leftOut,
  RandomZoom: leftOut,
};

import type { GraphNode, GraphValue } from '../../../graph/graph.js';
import { COORDINATES, type Interpolation, NEAREST } from '../../../ops/resize/coordinates.js';
import {
  checkInterpolateOptions,
  type InterpolateOptions,
} from '../../../ops/resize/interpolate.js';
import { float, int, string } from '../builder.js';
import { type Exporter, Unsupported } from '../exporter.js';
import { channelsFirst, sameAxes } from '../orders.js';
import { adaptive } from './pool.js';

/** The version of ONNX's ops that has what is asked for beside sizes; no version has it where it is infinite. */
function firstOpset({ mode, coordinates, antialias }: Interpolation): number {
  if (coordinates === 'tf_half_pixel_for_nn' && !mode.startsWith('nearest')) return Infinity;
  if (coordinates === 'half_pixel_symmetric') return 19;
  return antialias ? 18 : 17;
}

/** A resize of the axes between the first and the channels. */
export function emitInterpolate(
  { inputs: [x], output, options }: GraphNode,
  exporter: Exporter,
): void {
  const given = options as InterpolateOptions;
  const how = checkInterpolateOptions('saveOnnx', given);
  const first = channelsFirst(x!.shape.length);
  const from = exporter.as(x!, first);
  const sizes = x!.shape
    .slice(1, -1)
    .map((inputs, i) => ({ inputs, outputs: output.shape[i + 1]! }));
  const isNearest = how.mode.startsWith('nearest');
  const since = firstOpset(how);
  if (how.mode === 'area') {
    return exporter.set(output, adaptive(from, 'ReduceMean', sizes, exporter), first);
  }
  if (isNearest && (since > exporter.builder.opset || how.coordinates === 'tf_half_pixel_for_nn')) {
    return exporter.set(output, nearest(from, sizes, given, how, exporter), first);
  }
  if (since > exporter.builder.opset) {
    const needed = since === Infinity ? '' : ` before opset ${since}`;
    throw new Unsupported(`${how.coordinates}${how.antialias ? ', antialias' : ''}${needed}`);
  }
  const kind = isNearest ? 'nearest' : how.mode === 'bicubic' ? 'cubic' : 'linear';
  exporter.setNode(
    output,
    'Resize',
    [from, '', ...sizesOf(x!, output, given, exporter)],
    {
      mode: string(kind),
      coordinate_transformation_mode: string(how.coordinates),
      nearest_mode: isNearest ? string(how.nearest) : undefined,
      cubic_coeff_a: kind === 'cubic' ? float(how.cubic) : undefined,
      exclude_outside: kind === 'cubic' ? int(Number(how.excludeOutside)) : undefined,
      antialias: how.antialias ? int(1) : undefined,
    },
    first,
  );
}

/** Scales, where they are given and make these sizes in float32 too; else sizes. */
function sizesOf(
  x: GraphValue,
  output: GraphValue,
  { scaleFactor }: InterpolateOptions,
  exporter: Exporter,
): string[] {
  const { builder } = exporter;
  const spatial = x.shape.slice(1, -1);
  if (scaleFactor !== undefined) {
    const scales = spatial.map((_, i) =>
      Math.fround([scaleFactor].flat()[i] ?? (scaleFactor as number)),
    );
    const isExact = scales.every(
      (scale, i) => Math.floor(scale * spatial[i]!) === output.shape[i + 1],
    );
    if (isExact) return [builder.constant('scales', [scales.length + 2], [1, 1, ...scales])];
  }
  return ['', exporter.dims(output, channelsFirst(output.shape.length))];
}

/** By indices, for coordinates that no version of ONNX's op has. */
function nearest(
  x: string,
  sizes: readonly { inputs: number; outputs: number }[],
  { scaleFactor }: InterpolateOptions,
  how: Interpolation,
  { builder }: Exporter,
): string {
  return sizes.reduce((from, { inputs, outputs }, i) => {
    const given = [scaleFactor].flat();
    const scale = given[i] ?? given[0] ?? outputs / inputs;
    const places = sameAxes(outputs).map((j) => {
      const at = NEAREST[how.nearest](COORDINATES[how.coordinates](j, scale, inputs, outputs));
      return Math.min(Math.max(at, 0), inputs - 1);
    });
    return builder.node('Gather', [from, builder.ints(places)], { axis: int(i + 2) });
  }, x);
}

import { checkInteger } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { interned } from '../../memo.js';
import { checkShape, formatShape, type Shape } from '../../shape.js';
import { axisNames, checkSizes } from '../check.js';
import { extentOf } from '../padding.js';
import { type Axis, axesOf, type Dimensions } from './axes.js';
import type { AnyConvOptions } from './options.js';

/** Everything a 2-D convolution kernel needs to know about sizes; immutable, shared with the gradients. */
export interface Conv2dGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly groups: number;
}

/** The third axis of a convolution of volumes; immutable. */
export interface Conv3dDepth {
  readonly batch: number;
  readonly inDepth: number;
  readonly outDepth: number;
  readonly kernelDepth: number;
  readonly strideDepth: number;
  readonly dilationDepth: number;
  readonly padFront: number;
}

/** A convolution of volumes: the geometry of one plane of each of them, and the third axis. */
export interface Conv3dGeometry {
  readonly plane: Conv2dGeometry;
  readonly depth: Conv3dDepth;
}

/** Multiply-adds of y, and of each of its gradients. */
export function multiplyAdds(g: Conv2dGeometry): number {
  const perOutput = (g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
  return g.batch * g.outHeight * g.outWidth * g.outChannels * perOutput;
}

const KNOWN: Conv2dGeometry[] = [];
const KNOWN_DEPTHS: Conv3dDepth[] = [];

/**
 * Checks the shapes and options of a convolution of x [N, …, C] with weight [K…, C/groups, OC], or of a transposed one,
 * of x [N, …, OC] with the same weight. Transposed, this is the geometry of the convolution whose input gradient it is:
 * its `out…` are the input, its `in…` the output.
 * @throws ShapeError, RangeError, TypeError naming the op and the argument.
 */
export function convGeometry(
  dimensions: Dimensions,
  xShape: Shape,
  weightShape: Shape,
  options: AnyConvOptions,
): Conv2dGeometry | Conv3dGeometry {
  const { name: op, axes: count, isTransposed } = dimensions;
  const { groups = 1 } = options;
  const strides = checkSizes(op, 'stride', options.stride ?? 1, count, 1);
  const dilations = checkSizes(op, 'dilation', options.dilation ?? 1, count, 1);
  checkChannels(dimensions, xShape, weightShape, groups);
  const windows = strides.map((stride, i) => ({
    size: xShape[i + 1]!,
    kernel: weightShape[i]!,
    stride,
    dilation: dilations[i]!,
  }));
  const axes = axesOf(dimensions, windows, options);
  const inChannels = weightShape.at(-2)! * groups;
  const outChannels = weightShape.at(-1)!;
  const y = axes.map((axis) => (isTransposed ? axis.size : axis.outputs));
  checkShape(op, 'output', [xShape[0]!, ...y, isTransposed ? inChannels : outChannels]);
  return geometryOf(op, xShape[0]!, inChannels, outChannels, groups, axes);
}

/** The geometry of a convolution of pictures, x [N,H,W,C] with weight [KH,KW,C/groups,OC]. */
export function conv2dGeometry(
  op: string,
  xShape: Shape,
  weightShape: Shape,
  options: AnyConvOptions,
): Conv2dGeometry {
  const dimensions = { name: op, axes: 2, isTransposed: false } as const;
  return convGeometry(dimensions, xShape, weightShape, options) as Conv2dGeometry;
}

/** The shape of what is convolved, or of what comes of it: of a signal, a picture or a volume. */
export function shapeOf(
  geometry: Conv2dGeometry | Conv3dGeometry,
  axes: number,
  side: 'in' | 'out',
): Shape {
  const isVolume = 'depth' in geometry;
  const g = isVolume ? geometry.plane : geometry;
  const depth = isVolume ? geometry.depth[`${side}Depth`] : 1;
  const sizes = [depth, g[`${side}Height`], g[`${side}Width`]].slice(3 - axes);
  return [g.batch, ...sizes, g[`${side}Channels`]];
}

/** A signal is a picture of height 1. */
const HEIGHT_1: Axis = { size: 1, kernel: 1, stride: 1, dilation: 1, pad: 0, outputs: 1 };

function geometryOf(
  op: string,
  batch: number,
  inChannels: number,
  outChannels: number,
  groups: number,
  axes: readonly Axis[],
): Conv2dGeometry | Conv3dGeometry {
  const [depth, height, width] = [axes.at(-3), axes.at(-2) ?? HEIGHT_1, axes.at(-1)!];
  const geometry: Conv2dGeometry = {
    batch,
    inHeight: height.size,
    inWidth: width.size,
    inChannels,
    outHeight: height.outputs,
    outWidth: width.outputs,
    outChannels,
    kernelHeight: height.kernel,
    kernelWidth: width.kernel,
    strideHeight: height.stride,
    strideWidth: width.stride,
    dilationHeight: height.dilation,
    dilationWidth: width.dilation,
    padTop: height.pad,
    padLeft: width.pad,
    groups,
  };
  if (batch > 0 && !isDepthwise(geometry)) {
    // What a row of windows spans is copied with its padding.
    const span = (width.outputs - 1) * width.stride + extentOf(width);
    checkShape(op, 'padded input', [extentOf(height), span, inChannels]);
  }
  const plane = interned(KNOWN, geometry);
  return depth ? { plane, depth: depthOf(batch, depth) } : plane;
}

function depthOf(batch: number, axis: Axis): Conv3dDepth {
  return interned(KNOWN_DEPTHS, {
    batch,
    inDepth: axis.size,
    outDepth: axis.outputs,
    kernelDepth: axis.kernel,
    strideDepth: axis.stride,
    dilationDepth: axis.dilation,
    padFront: axis.pad,
  });
}

/** The same convolution of `batch` pictures. */
export function withBatch(g: Conv2dGeometry, batch: number): Conv2dGeometry {
  return interned(KNOWN, { ...g, batch });
}

/** Whether there are several channels, and one filter for each. */
export function isDepthwise({ groups, inChannels, outChannels }: Conv2dGeometry): boolean {
  return groups > 1 && groups === inChannels && outChannels === inChannels;
}

/** Checks the channels of x [..., C] and weight [..., C/groups, OC], of x [..., OC] where transposed. */
function checkChannels(
  { name: op, axes, isTransposed }: Dimensions,
  xShape: Shape,
  weightShape: Shape,
  groups: number,
): void {
  const given = xShape.at(-1)!;
  const [groupChannels, outChannels] = weightShape.slice(-2) as [number, number];
  checkInteger(op, 'groups', groups, 1);
  const weight = formatShape(weightShape);
  if (weightShape.includes(0)) {
    throw new ShapeError(`${op}: weight: expected axes of at least 1, got ${weight}`);
  }
  const expected = isTransposed ? outChannels : groupChannels * groups;
  if (given !== expected) {
    throw new ShapeError(
      `${op}: input channels: expected ${expected} (weight ${weight}` +
        `${groups > 1 ? `, ${groups} groups` : ''}), got ${given} (input ${formatShape(xShape)})` +
        (xShape[1] === expected ? channelsLast(axes) : ''),
    );
  }
  if (outChannels % groups !== 0) {
    throw new ShapeError(
      `${op}: ${isTransposed ? 'input' : 'output'} channels: expected a multiple of ${groups} groups, ` +
        `got ${outChannels} (weight ${weight})`,
    );
  }
}

/** For inputs that come as in PyTorch. */
function channelsLast(axes: number): string {
  const names = axes === 1 ? ['length'] : axisNames(axes);
  return `; channels are the last axis here: [N, ${names.join(', ')}, channels]`;
}

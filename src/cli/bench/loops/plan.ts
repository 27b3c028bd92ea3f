// What the loops of the three passes share: their bounds, and where they begin.

/** Sizes of a convolution, all in elements. */
export interface LoopGeometry {
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

/** Per output position along one axis: the kernel taps [begin, end) that fall inside the image. */
export interface TapRanges {
  readonly begin: Int32Array;
  readonly end: Int32Array;
}

export interface LoopPlan {
  readonly g: LoopGeometry;
  readonly rows: TapRanges;
  readonly columns: TapRanges;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  readonly isDepthwise: boolean;
  /**
   * Whether the taps of a kernel row lie side by side in x as they do in w, so that the loops over kw and ic are one
   * over a run of kernelWidth · inChannels numbers.
   */
  readonly rowsAreRuns: boolean;
  /** From one tap of a kernel row to the next, in x and in w. */
  readonly xStep: number;
  readonly wStep: number;
  /** One output pixel: float64 spares the inner loop a rounding (15 % faster than adding to y). */
  readonly sums: Float64Array;
}

export function planLoops(g: LoopGeometry): LoopPlan {
  const inPerGroup = g.inChannels / g.groups;
  const outPerGroup = g.outChannels / g.groups;
  return {
    g,
    rows: tapRanges(
      g.outHeight,
      g.inHeight,
      g.kernelHeight,
      g.strideHeight,
      g.dilationHeight,
      g.padTop,
    ),
    columns: tapRanges(
      g.outWidth,
      g.inWidth,
      g.kernelWidth,
      g.strideWidth,
      g.dilationWidth,
      g.padLeft,
    ),
    inPerGroup,
    outPerGroup,
    isDepthwise: inPerGroup === 1 && outPerGroup === 1,
    rowsAreRuns: g.dilationWidth === 1 && g.groups === 1,
    xStep: g.dilationWidth * g.inChannels,
    wStep: inPerGroup * g.outChannels,
    sums: new Float64Array(g.outChannels),
  };
}

/** What one pass does with the products of a pixel's taps; x, w or y takes the results, y one pixel long. */
export interface TapKernels {
  /** The products x[xi + i] · w[wi + i · wStride + j], for i < length, which belong to y[yi + j], for j < count. */
  run(
    x: Float32Array,
    xi: number,
    length: number,
    w: Float32Array,
    wi: number,
    wStride: number,
    y: FloatArray,
    yi: number,
    count: number,
  ): void;
  /** The products x[xi + c] · w[wi + c], which belong to y[yi + c], for c < channels. */
  channels(
    x: Float32Array,
    xi: number,
    w: Float32Array,
    wi: number,
    y: FloatArray,
    yi: number,
    channels: number,
  ): void;
}

export type FloatArray = Float32Array | Float64Array;

/** Goes over kh, kw (and the groups) for the output pixel (n, oh, ow), which begins at y[yi]. */
export function visitTaps(
  x: Float32Array,
  w: Float32Array,
  y: FloatArray,
  yi: number,
  n: number,
  oh: number,
  ow: number,
  plan: LoopPlan,
  kernels: TapKernels,
): void {
  const { g, rows, columns, wStep } = plan;
  const kwBegin = columns.begin[ow]!;
  const taps = columns.end[ow]! - kwBegin;
  const iw = ow * g.strideWidth - g.padLeft + kwBegin * g.dilationWidth;
  for (let kh = rows.begin[oh]!; kh < rows.end[oh]!; kh++) {
    const ih = oh * g.strideHeight - g.padTop + kh * g.dilationHeight;
    const xi = ((n * g.inHeight + ih) * g.inWidth + iw) * g.inChannels;
    const wi = (kh * g.kernelWidth + kwBegin) * wStep;
    if (plan.rowsAreRuns) {
      kernels.run(x, xi, taps * g.inChannels, w, wi, g.outChannels, y, yi, g.outChannels);
    } else {
      for (let tap = 0; tap < taps; tap++) {
        visitTap(x, xi + tap * plan.xStep, w, wi + tap * wStep, y, yi, plan, kernels);
      }
    }
  }
}

function visitTap(
  x: Float32Array,
  xi: number,
  w: Float32Array,
  wi: number,
  y: FloatArray,
  yi: number,
  { g, inPerGroup, outPerGroup, isDepthwise }: LoopPlan,
  kernels: TapKernels,
): void {
  if (isDepthwise) {
    kernels.channels(x, xi, w, wi, y, yi, g.groups);
    return;
  }
  for (let group = 0; group < g.groups; group++) {
    const xGroup = xi + group * inPerGroup;
    const first = group * outPerGroup;
    kernels.run(x, xGroup, inPerGroup, w, wi + first, g.outChannels, y, yi + first, outPerGroup);
  }
}

function tapRanges(
  outSize: number,
  inSize: number,
  kernelSize: number,
  stride: number,
  dilation: number,
  padding: number,
): TapRanges {
  const begin = new Int32Array(outSize);
  const end = new Int32Array(outSize);
  for (let o = 0; o < outSize; o++) {
    const first = o * stride - padding;
    begin[o] = Math.max(0, Math.ceil(-first / dilation));
    end[o] = Math.min(kernelSize, Math.ceil((inSize - first) / dilation));
  }
  return { begin, end };
}

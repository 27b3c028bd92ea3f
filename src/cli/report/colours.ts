// The scales of colour in reports and on the web page.

export type Colour = readonly [red: number, green: number, blue: number];

/** Blue for negative, near white for zero, red for positive (ColorBrewer's RdBu, reversed). */
export const DIVERGING: readonly Colour[] = [
  [5, 48, 97],
  [33, 102, 172],
  [67, 147, 195],
  [146, 197, 222],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [244, 165, 130],
  [214, 96, 77],
  [178, 24, 43],
  [103, 0, 31],
];

/** Dark for little, bright for much, evenly to the eye (matplotlib's viridis at nine points). */
export const SEQUENTIAL: readonly Colour[] = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

/** The colour at `share` in 0..1 along a scale, between its points by straight lines. */
export function colourAt(scale: readonly Colour[], share: number): Colour {
  const at = Math.min(Math.max(Number.isNaN(share) ? 0 : share, 0), 1) * (scale.length - 1);
  const index = Math.min(Math.floor(at), scale.length - 2);
  const [low, high] = [scale[index]!, scale[index + 1]!];
  const mix = (c: 0 | 1 | 2) => Math.round(low[c] + (high[c] - low[c]) * (at - index));
  return [mix(0), mix(1), mix(2)];
}

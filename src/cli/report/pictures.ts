import { encode } from 'fast-png';
import { type Colour, colourAt, DIVERGING, SEQUENTIAL } from './colours.js';
import type { Picture, Values } from './data.js';
import { html, type Html } from './html.js';

/** One number per pixel, rows from the top. */
export interface Plane {
  height: number;
  width: number;
  values: Values;
}

/** A PNG of RGB bytes as a data URI. */
function pngUri(width: number, height: number, data: Uint8Array): string {
  const file = encode({ width, height, channels: 3, data });
  return `data:image/png;base64,${Buffer.from(file).toString('base64')}`;
}

function colouredPlane(
  { height, width, values }: Plane,
  scale: readonly Colour[],
  share: (value: number) => number,
): string {
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    data.set(colourAt(scale, share(values[i]!)), 3 * i);
  }
  return pngUri(width, height, data);
}

/** Signed numbers around 0, `limit` and beyond in the full colours. */
export const divergingPng = (plane: Plane, limit: number) =>
  colouredPlane(plane, DIVERGING, (value) => (limit === 0 ? 0.5 : 0.5 + value / limit / 2));

/** Numbers from `low` (dark) to `high` (bright). */
export const sequentialPng = (plane: Plane, [low, high]: readonly [number, number]) =>
  colouredPlane(plane, SEQUENTIAL, (value) => (high > low ? (value - low) / (high - low) : 0));

/** A picture in RGB, or in grey by its first channel where it has not three. */
export function picturePng({ height, width, channels, values }: Picture): string {
  const [low, high] = pictureRange(values);
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i++) {
    const from = channels === 3 ? i : Math.floor(i / 3) * channels;
    const share = (values[from]! - low) / (high - low || 1);
    data[i] = Math.round(255 * Math.min(Math.max(share, 0), 1));
  }
  return pngUri(width, height, data);
}

/** Bytes and numbers within 0..1 show as they are; others (normalised inputs) are stretched. */
function pictureRange(values: Values): [number, number] {
  if (values instanceof Uint8Array) return [0, 255];
  const [low, high] = range(values);
  return low >= 0 && high <= 1 ? [0, 1] : [low, high];
}

/** The least and the greatest number; what is not finite does not count. */
export function range(values: Values): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

/** Channel `c` of a picture. */
export function channel({ height, width, channels, values }: Picture, c: number): Plane {
  const one = Float32Array.from({ length: height * width }, (_, i) => values[i * channels + c]!);
  return { height, width, values: one };
}

/** A picture, or the line of a signal (a picture of height 1). */
export function pictureView(picture: Picture, name: string): Html {
  return picture.height === 1
    ? signalLine(picture, name)
    : html`<img class="picture" src="${picturePng(picture)}" alt="${name}" />`;
}

/** The first channel of a signal as a line that fills the room it is given. */
function signalLine(picture: Picture, name: string): Html {
  const { values } = channel(picture, 0);
  const [low, high] = range(values);
  const points = Array.from(values, (value, x) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return Number.isFinite(value) ? `${x},${(38 - 36 * share).toFixed(2)}` : '';
  });
  return html`<svg
    class="signal"
    role="img"
    aria-label="${name}"
    viewBox="0 0 ${Math.max(picture.width - 1, 1)} 40"
    preserveAspectRatio="none"
  >
    <polyline points="${points.filter(Boolean).join(' ')}" />
  </svg>`;
}

/** Signed numbers as bars up and down from a middle line, `limit` being the full height. */
export function signedBars(values: Values, limit: number, name: string): Html {
  const bars = Array.from(values, (value, x) => {
    const height = limit === 0 ? 0 : (20 * Math.abs(value)) / limit;
    const top = value < 0 ? 20 : 20 - height;
    const sign = value < 0 ? 'negative' : 'positive';
    return html`<rect
      class="${sign}"
      x="${x + 0.1}"
      y="${top.toFixed(2)}"
      width=".8"
      height="${height.toFixed(2)}"
    />`;
  });
  return html`<svg
    class="bars"
    role="img"
    aria-label="${name}"
    viewBox="0 0 ${values.length} 40"
    preserveAspectRatio="none"
  >
    ${bars}
    <line x1="0" y1="20" x2="${values.length}" y2="20" />
  </svg>`;
}

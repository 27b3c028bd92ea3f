import { checkArity, wrongNumber } from '../check.js';
import { cos, sin } from '../trigonometry.js';
import { Random } from '../random.js';
import { Dataset } from './dataset.js';
import { checkGiven } from './dataset-source.js';
import { type Outline, type Variant, VARIANTS } from './stroke-outlines.js';
import { drawPath } from './stroke-pen.js';

/** What `strokes` draws. */
export interface StrokesOptions {
  /** How many images: at least 1, at most 2 GiB of pixels. */
  readonly count: number;
  /** A safe non-negative integer; the same seed gives the same images on every engine. */
  readonly seed: number;
  /** Height and width of the images in pixels, from 12 to 256; 28 unless told. */
  readonly size?: number;
}

/** The digits as class names. */
export const DIGITS: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Line segments per span between two control points. */
const STEPS = 5;
const MAX_POINTS = 128;
const MAX_BYTES = 2 ** 31;

/** Standard deviations of the distortions, in units of the digit's height or in radians. */
const POINT_JITTER = 0.024;
const WAVE_AMPLITUDE = 0.045;
const WAIST = 0.08;
const TAPER = 0.25;
const MEAN_SLANT = 0.16;
const SLANT = 0.25;
const ROTATION = 0.11;
const ASPECT = 0.2;

/**
 * A built-in data set of handwritten-like digits 0–9, white on black as MNIST: `count` grey images
 * [size, size, 1] with balanced, shuffled labels. Hand-drawn outlines, several per digit, are bent,
 * slanted, fitted into a box of 20/28 of the image, centred by their centre of mass and drawn with
 * a soft pen of varying thickness. Nothing is downloaded. Throws a RangeError for a bad option.
 */
export function strokes(options: StrokesOptions): Dataset {
  checkArity('strokes', arguments.length, 1);
  checkGiven('strokes', 'options', options, ['count', 'seed', 'size']);
  const { count, seed, size = 28 } = options;
  requireInteger('size', size, 12, 256);
  requireInteger('count', count, 1, Math.floor(MAX_BYTES / (size * size)));
  requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const random = new Random(seed);
  const labels = random.shuffle(Int32Array.from({ length: count }, (_, i) => i % 10));
  const inputs = new Uint8Array(count * size * size);
  const writer = new Writer(random, size);
  labels.forEach((digit, i) => {
    writer.write(VARIANTS[digit]!, inputs.subarray(i * size * size, (i + 1) * size * size));
  });
  return new Dataset({ inputs, inputShape: [size, size, 1], labels, classNames: DIGITS });
}

function requireInteger(argument: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw wrongNumber('strokes', argument, `an integer in [${low}, ${high}]`, value);
}

/** Writes one digit after another with the same scratch memory. */
class Writer {
  readonly #canvas: Float32Array;
  readonly #path = new Float64Array(2 * MAX_POINTS);
  readonly #ends: number[] = [];
  #points = 0;

  constructor(
    readonly random: Random,
    readonly size: number,
  ) {
    this.#canvas = new Float32Array(size * size);
  }

  write(variants: readonly Variant[], image: Uint8Array): void {
    const [, ...strokes] = pick(this.random, variants);
    this.#points = 0;
    this.#ends.length = 0;
    for (const outline of strokes) {
      this.#trace(outline);
      this.#ends.push(this.#points);
    }
    this.#proportion();
    this.#bend();
    this.#slant();
    const pixel = this.size / 28;
    const radius = pixel * clamp(this.random.normal(1.2, 0.35), 0.6, 2.2);
    this.#fit(20 * pixel - 2 * radius, pixel / 2);
    this.#draw(radius, pixel * this.random.uniform(0.8, 1.6));
    this.#expose(image);
  }

  /** Appends the smooth curve through the jittered control points. */
  #trace(outline: Outline): void {
    const { random } = this;
    const knots = outline.map((v) => v / 100 + random.normal(0, POINT_JITTER));
    const last = knots.length / 2 - 1;
    this.#push(knots[0]!, knots[1]!);
    for (let i = 0; i < last; i++) {
      if (isCorner(outline, i)) {
        knots[2 * i + 2] = knots[2 * i]!;
        knots[2 * i + 3] = knots[2 * i + 1]!;
        continue;
      }
      const before = i === 0 || isCorner(outline, i - 1) ? i : i - 1;
      const after = i + 1 === last || isCorner(outline, i + 1) ? i + 1 : i + 2;
      for (let step = 1; step <= STEPS; step++) {
        const t = step / STEPS;
        this.#push(spline(knots, 0, before, i, after, t), spline(knots, 1, before, i, after, t));
      }
    }
  }

  #push(x: number, y: number): void {
    this.#path[2 * this.#points] = x;
    this.#path[2 * this.#points + 1] = y;
    this.#points++;
  }

  /** Proportions: the waist moves up or down, the top or the bottom grows wider. */
  #proportion(): void {
    const path = this.#path;
    const waist = clamp(this.random.normal(0, WAIST), -0.16, 0.16);
    const taper = clamp(this.random.normal(0, TAPER), -0.6, 0.6);
    for (let i = 0; i < 2 * this.#points; i += 2) {
      const y = path[i + 1]!;
      path[i] = 0.5 + (path[i]! - 0.5) * (1 + taper * (y - 0.5));
      path[i + 1] = y + 4 * waist * y * (1 - y);
    }
  }

  /** Elastic distortion: a plane wave per axis moves each point. */
  #bend(): void {
    const { random } = this;
    const path = this.#path;
    for (let axis = 0; axis < 2; axis++) {
      const amplitude = random.normal(0, WAVE_AMPLITUDE);
      const kx = random.normal(0, 5);
      const ky = random.normal(0, 5);
      const phase = random.uniform(0, 2 * Math.PI);
      for (let i = 0; i < this.#points; i++) {
        path[2 * i + axis]! += amplitude * sin(kx * path[2 * i]! + ky * path[2 * i + 1]! + phase);
      }
    }
  }

  /** Aspect, slant and rotation about the origin. */
  #slant(): void {
    const { random } = this;
    const path = this.#path;
    const aspect = clamp(1 + random.normal(0, ASPECT), 0.55, 1.8);
    const slant = -clamp(random.normal(MEAN_SLANT, SLANT), -0.4, 0.75);
    const angle = clamp(random.normal(0, ROTATION), -0.3, 0.3);
    const c = cos(angle);
    const s = sin(angle);
    for (let i = 0; i < 2 * this.#points; i += 2) {
      const y = path[i + 1]!;
      const x = aspect * path[i]! + slant * y;
      path[i] = c * x - s * y;
      path[i + 1] = s * x + c * y;
    }
  }

  /** Scales the longer side to `box` pixels, puts the centre of mass within `slack` of the middle. */
  #fit(box: number, slack: number): void {
    const { random, size } = this;
    const path = this.#path;
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < 2 * this.#points; i += 2) {
      left = Math.min(left, path[i]!);
      right = Math.max(right, path[i]!);
      top = Math.min(top, path[i + 1]!);
      bottom = Math.max(bottom, path[i + 1]!);
    }
    const scale = box / Math.max(right - left, bottom - top);
    const [x, y] = this.#centreOfMass();
    const shiftX = size / 2 - scale * x + random.uniform(-slack, slack);
    const shiftY = size / 2 - scale * y + random.uniform(-slack, slack);
    for (let i = 0; i < 2 * this.#points; i += 2) {
      path[i] = scale * path[i]! + shiftX;
      path[i + 1] = scale * path[i + 1]! + shiftY;
    }
  }

  /** Of the thin line: the middles of the segments weighted by their lengths. */
  #centreOfMass(): [number, number] {
    const path = this.#path;
    let [sumX, sumY, sum] = [0, 0, 0];
    for (let i = 0; i < this.#points - 1; i++) {
      if (this.#ends.includes(i + 1)) continue;
      const [x0, y0, x1, y1] = [path[2 * i]!, path[2 * i + 1]!, path[2 * i + 2]!, path[2 * i + 3]!];
      const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
      sumX += (length * (x0 + x1)) / 2;
      sumY += (length * (y0 + y1)) / 2;
      sum += length;
    }
    return [sumX / sum, sumY / sum];
  }

  #draw(radius: number, softness: number): void {
    this.#canvas.fill(0);
    let begin = 0;
    for (const end of this.#ends) {
      const stroke = this.#path.subarray(2 * begin, 2 * end);
      drawPath(this.#canvas, this.size, stroke, end - begin, radius, softness);
      begin = end;
    }
  }

  /** Coverage to grey levels: an ink that saturates, and a little grain. */
  #expose(image: Uint8Array): void {
    const { random } = this;
    const gain = random.uniform(0.95, 1.3);
    const grain = random.uniform(0, 0.15);
    this.#canvas.forEach((coverage, i) => {
      if (coverage === 0) return;
      const ink = gain * coverage * (1 + grain * random.uniform(-1, 1));
      image[i] = Math.floor(255 * Math.min(1, ink) + 0.5);
    });
  }
}

/** Whether control points i and i + 1 of an outline are one sharp corner. */
function isCorner(outline: Outline, i: number): boolean {
  return outline[2 * i] === outline[2 * i + 2] && outline[2 * i + 1] === outline[2 * i + 3];
}

/** Catmull–Rom between knots i and i + 1, of one axis, at t in [0, 1]. */
function spline(
  knots: readonly number[],
  axis: number,
  before: number,
  i: number,
  after: number,
  t: number,
): number {
  const p0 = knots[2 * before + axis]!;
  const p1 = knots[2 * i + axis]!;
  const p2 = knots[2 * i + 2 + axis]!;
  const p3 = knots[2 * after + axis]!;
  const linear = p2 - p0;
  const square = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  const cube = 3 * (p1 - p2) + p3 - p0;
  return p1 + 0.5 * t * (linear + t * (square + t * cube));
}

function pick(random: Random, variants: readonly Variant[]): Variant {
  const total = variants.reduce((sum, [weight]) => sum + weight, 0);
  let at = random.uniform(0, total);
  return variants.find(([weight]) => (at -= weight) < 0) ?? variants[0]!;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

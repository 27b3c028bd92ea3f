import { useEffect, useRef } from 'preact/hooks';
import { colourAt, DIVERGING, SEQUENTIAL } from '../../src/cli/report/colours.js';

interface PlaneProps {
  readonly height: number;
  readonly width: number;
  /** [height, width], or [height, width, 3] for a picture in colours. */
  readonly values: ArrayLike<number>;
  /** `fire`: orange, the more opaque the greater. */
  readonly scale: Scale | 'rgb' | 'fire';
  /** The values at the ends of the scale. */
  readonly range: readonly [low: number, high: number];
  /** '' where something around it says what it is. */
  readonly label: string;
}

/** Numbers as pixels. */
export function Plane({ height, width, values, scale, range, label }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(pixelsOf({ height, width, values, scale, range }), 0, 0);
  });
  const named = label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true };
  return <canvas ref={canvas} class="plane" width={width} height={height} {...named} />;
}

function pixelsOf(plane: Omit<PlaneProps, 'label'>): ImageData {
  const { height, width, values, scale } = plane;
  const [low, high] = plane.range;
  const image = new ImageData(width, height);
  const { data } = image;
  const byte = (value: number) =>
    high > low ? Math.min(Math.max(Math.round((255 * (value - low)) / (high - low)), 0), 255) : 128;
  const table = scale === 'rgb' || scale === 'fire' ? undefined : tableOf(scale);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const isOwn = table === undefined && scale === 'rgb';
      data[4 * i + c] = isOwn
        ? byte(values[3 * i + c]!)
        : (table?.[3 * byte(values[i]!) + c] ?? FIRE[c]!);
    }
    data[4 * i + 3] = scale === 'fire' ? 0.8 * byte(values[i]!) : 255;
  }
  return image;
}

type Scale = 'grey' | 'diverging' | 'sequential';

const FIRE = [255, 120, 30] as const;
const tables = new Map<Scale, Uint8Array>();

/** The colour of each of 256 steps along a scale. */
function tableOf(scale: Scale): Uint8Array {
  const known = tables.get(scale);
  if (known) return known;
  const colours = Array.from({ length: 256 }, (_, i) => {
    if (scale === 'grey') return [i, i, i];
    return colourAt(scale === 'diverging' ? DIVERGING : SEQUENTIAL, i / 255);
  });
  const table = Uint8Array.from(colours.flat());
  tables.set(scale, table);
  return table;
}

interface SampleProps {
  /** [height, width, channels], or [length, channels]. */
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array;
  readonly label: string;
}

/** A sample of a data set: a picture, or a series as a line. */
export function Sample({ shape, values, label }: SampleProps) {
  if (shape.length < 3) return <Series values={values} label={label} />;
  const [height, width, channels] = shape as [number, number, number];
  const isColour = channels === 3;
  const shown = isColour ? values : values.filter((_, i) => i % channels === 0);
  const range = values instanceof Uint8Array ? ([0, 255] as const) : extent(values);
  const scale = isColour ? 'rgb' : 'grey';
  return <Plane {...{ height, width, scale, range, label }} values={shown} />;
}

function Series({ values, label }: Omit<SampleProps, 'shape'>) {
  const [low, high] = extent(values);
  const y = (value: number) => (38 - (36 * (value - low)) / (high - low || 1)).toFixed(2);
  const points = Array.from(values, (value, x) => `${x},${y(value)}`).join(' ');
  const box = `0 0 ${Math.max(values.length - 1, 1)} 40`;
  return (
    <svg class="series" role="img" aria-label={label} viewBox={box} preserveAspectRatio="none">
      <polyline points={points} />
    </svg>
  );
}

/** The least and the greatest of some numbers. */
export function extent(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return low <= high ? [low, high] : [0, 0];
}

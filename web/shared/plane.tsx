import { useEffect, useRef } from 'preact/hooks';
import { colourAt, DIVERGING, SEQUENTIAL } from '../../src/cli/report/colours.js';

interface PlaneProps {
  readonly height: number;
  readonly width: number;
  /** [height, width], or [height, width, 3] for a picture in colours. */
  readonly values: ArrayLike<number>;
  readonly scale: 'grey' | 'diverging' | 'sequential' | 'rgb';
  /** The values at the ends of the scale. */
  readonly range: readonly [low: number, high: number];
  readonly label: string;
}

/** Numbers as pixels. */
export function Plane({ height, width, values, scale, range, label }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(pixelsOf({ height, width, values, scale, range }), 0, 0);
  });
  return (
    <canvas
      ref={canvas}
      class="plane"
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}

function pixelsOf(plane: Omit<PlaneProps, 'label'>): ImageData {
  const { height, width, values, scale } = plane;
  const [low, high] = plane.range;
  const image = new ImageData(width, height);
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  for (let i = 0; i < width * height; i++) {
    const colour =
      scale === 'rgb'
        ? [0, 1, 2].map((c) => 255 * share(values[3 * i + c]!))
        : coloured(scale, share(values[i]!));
    image.data.set([...colour, 255], 4 * i);
  }
  return image;
}

function coloured(scale: 'grey' | 'diverging' | 'sequential', share: number): readonly number[] {
  if (scale === 'grey') return [255 * share, 255 * share, 255 * share];
  return colourAt(scale === 'diverging' ? DIVERGING : SEQUENTIAL, share);
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

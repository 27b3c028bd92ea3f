import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text.js';

const SIDE = 280;
const PEN = 20;

interface PadProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Called once a frame while something is drawn. */
  onDraw(): void;
}

/** A square to draw on, with mouse, pen or finger. */
export function Pad({ canvas, onDraw }: PadProps) {
  const last = useRef<readonly [number, number] | undefined>(undefined);
  const frame = useRef(0);
  useEffect(() => {
    const context = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    Object.assign(context, { strokeStyle: '#fff', lineWidth: PEN, lineCap: 'round' });
  }, []);
  const draw = (event: PointerEvent) => {
    if (!last.current) return;
    const context = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    const next = placeOf(event);
    context.beginPath();
    context.moveTo(...last.current);
    context.lineTo(...next);
    context.stroke();
    last.current = next;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(onDraw);
  };
  return (
    <canvas
      ref={canvas}
      class="pad"
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={text.draw.pad}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = placeOf(event);
        draw(event);
      }}
      onPointerMove={draw}
      onPointerUp={() => (last.current = undefined)}
      onPointerCancel={() => (last.current = undefined)}
    />
  );
}

function placeOf({ offsetX, offsetY, currentTarget }: PointerEvent): [number, number] {
  const { clientWidth, clientHeight } = currentTarget as HTMLCanvasElement;
  return [(offsetX * SIDE) / clientWidth, (offsetY * SIDE) / clientHeight];
}

import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  readonly colour: '--blue' | '--orange';
  readonly dashed?: boolean;
}

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The places along x, then the values of each line; null where a line has none. */
  readonly values: readonly (readonly (number | null)[])[];
  /** The end of x. */
  readonly until: number;
  readonly xLabel: string;
  readonly format: (value: number) => string;
  readonly tick: (value: number) => string;
  readonly range: (low: number, high: number) => [number, number];
}

const HEIGHT = 220;
const FONT = '12px system-ui, sans-serif';

const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The end of x is read whenever the chart is drawn. */
function optionsOf(latest: { readonly current: ChartProps }, width: number): uPlot.Options {
  const { lines, xLabel, format, tick, range } = latest.current;
  const axis = (extra: uPlot.Axis): uPlot.Axis => ({
    stroke: colour('--muted'),
    font: FONT,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    ...extra,
  });
  const text = (value: number | null) => (value === null ? '–' : format(value));
  return {
    width,
    height: HEIGHT,
    padding: [10, 14, 0, 0],
    scales: {
      x: { time: false, range: () => [0, latest.current.until] },
      y: { range: (_, low, high) => range(low ?? 0, high ?? 1) },
    },
    series: [
      { label: xLabel, value: (_, value) => (value === null ? '–' : value.toFixed(2)) },
      ...lines.map(({ label, colour: name, dashed }) => ({
        label,
        stroke: colour(name),
        width: 2,
        spanGaps: true,
        points: { show: false },
        value: (_: unknown, value: number | null) => text(value),
        ...(dashed && { dash: [6, 4] }),
      })),
    ],
    axes: [
      axis({
        size: 28,
        label: xLabel,
        labelSize: 20,
        labelFont: FONT,
        incrs: [1, 2, 5, 10, 20, 50],
      }),
      axis({ size: 52, values: (_, splits) => splits.map(tick) }),
    ],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
  };
}

/** Draws the chart into its place, again in another colour scheme. @returns what ends that */
function keepDrawn(
  place: HTMLElement,
  chart: { current: uPlot | undefined },
  latest: { readonly current: ChartProps },
): () => void {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const ended = new AbortController();
  const resized = new ResizeObserver(() => {
    if (place.clientWidth > 0) chart.current?.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  // Nothing of the first view: it is loaded when there is something to draw.
  void import('uplot').then(({ default: Plot }) => {
    const draw = () => {
      chart.current?.destroy();
      const values = latest.current.values as uPlot.AlignedData;
      chart.current = new Plot(optionsOf(latest, place.clientWidth), values, place);
    };
    if (ended.signal.aborted) return;
    draw();
    scheme.addEventListener('change', draw, { signal: ended.signal });
    resized.observe(place);
  });
  return () => {
    ended.abort();
    resized.disconnect();
    chart.current?.destroy();
    chart.current = undefined;
  };
}

/** Lines over epochs, drawn again when the colour scheme or the room changes. */
export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const hasBegun = props.values[0]!.length > 0;
  useEffect(() => (hasBegun ? keepDrawn(place.current!, chart, latest) : undefined), [hasBegun]);
  useEffect(() => chart.current?.setData(props.values as uPlot.AlignedData), [props.values]);
  return (
    <figure class="chart-figure">
      <figcaption>
        <b>{props.title}</b>
        {props.lines.map(({ label, colour: name, dashed }) => (
          <span key={label} class={`line-key ${name.slice(2)} ${dashed ? 'dashed' : ''}`}>
            {label}
          </span>
        ))}
      </figcaption>
      <div class="chart" ref={place} role="img" aria-label={describe(props)} />
    </figure>
  );
}

/** The last value of each line, for those who do not see it. */
function describe({ title, lines, values, format }: ChartProps): string {
  const last = lines.flatMap(({ label }, i) => {
    const value = values[i + 1]?.filter((each) => each !== null).at(-1);
    return typeof value === 'number' ? [`${label} ${format(value)}`] : [];
  });
  return [title, ...last].join(', ');
}

import { type Signal, useSignal } from '@preact/signals';
import { tour } from '../text-tour.js';
import { figure } from './format.js';
import { Grid, type Place, withCell } from './grid.js';
import { pool, type Rows } from './kernels.js';
import { Chapter, Question, Slider } from './parts.js';

const words = tour.pooling;

const FOUND: Rows = [
  [0, 0, 1, 0, 0, 2],
  [0, 3, 0, 0, 0, 0],
  [0, 0, 0, 5, 0, 0],
  [4, 0, 0, 0, 0, 1],
  [0, 0, 2, 0, 0, 0],
  [0, 0, 0, 0, 6, 0],
];

/** The largest of each window. */
export function Pooling() {
  const x = useSignal(FOUND);
  const size = useSignal(3);
  const stride = useSignal(1);
  const selected = useSignal<Place>([0, 0]);
  const y = pool(x.value, size.value, stride.value);
  const place: Place = [
    Math.min(selected.value[0], y.length - 1),
    Math.min(selected.value[1], y[0]!.length - 1),
  ];
  const [top, left] = [place[0] * stride.value, place[1] * stride.value];
  const isUnder = (r: number, c: number) =>
    r >= top && r < top + size.value && c >= left && c < left + size.value;
  const window = x.value.flatMap((row, r) => row.filter((_, c) => isUnder(r, c)));
  const sizes = (n: number) => y.length === n && y[0]!.length === n;
  return (
    <Chapter title={words.title} lead={words.lead}>
      <div class="workbench">
        <Grid
          label={words.input}
          rows={x.value}
          kind="number"
          inWindow={isUnder}
          onChange={(r, c, value) => {
            x.value = withCell(x.value, r, c, value);
          }}
        />
        <Grid
          label={words.output}
          rows={y}
          kind="output"
          selected={place}
          onSelect={(row, column) => {
            selected.value = [row, column];
          }}
        />
      </div>
      <p class="sum" aria-live="polite">
        {words.sum(window.map(figure).join(', '), figure(y[place[0]]![place[1]]!))}
      </p>
      <Windows size={size} stride={stride} />
      <Question ask={words.overlap} isRight={sizes(4) && stride.value === 1} />
      <Question ask={words.apart} isRight={sizes(2) && stride.value === size.value} />
    </Chapter>
  );
}

function Windows({ size, stride }: Readonly<Record<'size' | 'stride', Signal<number>>>) {
  return (
    <div class="knobs">
      <Slider
        label={words.size}
        min={2}
        max={4}
        value={size.value}
        onChange={(value) => (size.value = value)}
      />
      <Slider
        label={words.stride}
        min={1}
        max={3}
        value={stride.value}
        onChange={(value) => (stride.value = value)}
      />
    </div>
  );
}

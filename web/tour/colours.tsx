import { type Signal, useSignal } from '@preact/signals';
import { tour } from '../text-tour.js';
import { factor, figure } from './format.js';
import { Grid, type Place } from './grid.js';
import { type Rows, throughDepth } from './kernels.js';
import { Chapter, Question } from './parts.js';

const words = tour.colours;

/** Black, red, green, blue, white, as [red, green, blue]. */
const COLOURS: Rows = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 1, 1],
];
const SWATCHES = ['#000', '#d11', '#191', '#24e', '#fff'];
const PICTURE: Rows = [
  [0, 1, 4],
  [0, 1, 0],
  [2, 1, 3],
];

/** Filters of 2 by 2 places with a weight for red, green and blue at each. */
const BANK: readonly (readonly Rows[])[] = [
  [
    [
      [1, -1, -1],
      [0, 0, 0],
    ],
    [
      [1, -1, -1],
      [0, 0, 0],
    ],
  ],
  [
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  ],
  [
    [
      [-1, 0, 0],
      [1, 0, 0],
    ],
    [
      [-1, 0, 0],
      [1, 0, 0],
    ],
  ],
];

/** A picture with three channels, and a bank of filters through its depth. */
export function Colours() {
  const painted = useSignal(PICTURE);
  const chosen = useSignal(0);
  const selected = useSignal<Place>([0, 0]);
  const picture = painted.value.map((row) => row.map((colour) => COLOURS[colour]!));
  const filter = BANK[chosen.value]!;
  const z = throughDepth(picture, filter);
  const [row, column] = selected.value;
  const isUnder = (r: number, c: number) =>
    r - row < 2 && r >= row && c - column < 2 && c >= column;
  return (
    <Chapter title={words.title} lead={words.lead}>
      <div class="workbench">
        <Paint
          painted={painted.value}
          isUnder={isUnder}
          onPaint={(r, c) => {
            painted.value = painted.value.map((line, i) =>
              line.map((colour, j) =>
                i === r && j === c ? (colour + 1) % COLOURS.length : colour,
              ),
            );
          }}
        />
        {words.channels.map((name, channel) => (
          <Grid
            key={name}
            label={words.weights(name)}
            rows={filter.map((line) => line.map((weights) => weights[channel]!))}
            kind="fixed"
          />
        ))}
        <Grid
          label={words.output}
          rows={z}
          kind="output"
          selected={selected.value}
          onSelect={(r, c) => {
            selected.value = [r, c];
          }}
        />
      </div>
      <p class="sum" aria-live="polite">
        {productsText(picture, filter, selected.value)}; {words.sum(figure(z[row]![column]!))}
      </p>
      <Bank chosen={chosen} />
      <Question ask={words.stroke} isRight={chosen.value === 0 && z[0]![0] === 2} />
    </Chapter>
  );
}

/** The products of each channel. */
function productsText(
  picture: readonly Rows[],
  filter: readonly Rows[],
  [row, column]: Place,
): string {
  const channels = words.channels.map((name, channel) => {
    const products = filter.flatMap((line, r) =>
      line.map((weights, c) => {
        const value = picture[row + r]![column + c]![channel]!;
        return `${factor(value)}·${factor(weights[channel]!)}`;
      }),
    );
    return `${name}: ${products.join(' + ')}`;
  });
  return channels.join('; ');
}

function Bank({ chosen }: { chosen: Signal<number> }) {
  return (
    <div class="row" role="group" aria-label={words.bank}>
      {words.filters.map((name, i) => (
        <button
          key={name}
          aria-pressed={chosen.value === i}
          onClick={() => {
            chosen.value = i;
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

interface PaintProps {
  readonly painted: Rows;
  isUnder(row: number, column: number): boolean;
  onPaint(row: number, column: number): void;
}

function Paint({ painted, isUnder, onPaint }: PaintProps) {
  return (
    <figure class="grid-figure">
      <figcaption>{words.picture}</figcaption>
      <div class="grid" role="group" aria-label={words.picture} style={{ '--columns': '3' }}>
        {painted.map((line, r) =>
          line.map((colour, c) => (
            <button
              key={`${r} ${c}`}
              class={`cell ${isUnder(r, c) ? 'under' : ''}`}
              style={{ background: SWATCHES[colour] }}
              aria-label={words.pixel(r + 1, c + 1, words.names[colour]!)}
              onClick={() => onPaint(r, c)}
            />
          )),
        )}
      </div>
    </figure>
  );
}

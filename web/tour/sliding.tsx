import { useSignal } from '@preact/signals';
import { tour } from '../text-tour.js';
import { factor, figure } from './format.js';
import { Grid, type Place, withCell } from './grid.js';
import { type Rows, slide, type Sliding } from './kernels.js';
import { Chapter, Question, Slider } from './parts.js';

const words = tour.sliding;

/** What a question looks at. */
export type Shown = Sliding & ReturnType<typeof slide>;

interface SlidingChapterProps {
  readonly title: string;
  readonly lead: string;
  readonly x: Rows;
  /** Filters to begin with, by what they find. */
  readonly filters: Readonly<Record<string, Rows>>;
  readonly questions: readonly { readonly ask: string; isRight(shown: Shown): boolean }[];
}

/** A filter that slides over a signal or a picture, with every product shown. */
export function SlidingChapter({ title, lead, x, filters, questions }: SlidingChapterProps) {
  const state = useSignal<Sliding>({
    x,
    w: Object.values(filters)[0]!,
    bias: 0,
    padding: 0,
    stride: 1,
  });
  const selected = useSignal<Place>([0, 0]);
  const now = state.value;
  const set = (changed: Partial<Sliding>) => {
    state.value = { ...state.value, ...changed };
  };
  const { z, a } = slide(now);
  const place: Place = [
    Math.min(selected.value[0], z.length - 1),
    Math.min(selected.value[1], z[0]!.length - 1),
  ];
  const [top, left] = [place[0] * now.stride, place[1] * now.stride];
  const output = {
    kind: 'output' as const,
    selected: place,
    onSelect: (row: number, column: number) => {
      selected.value = [row, column];
    },
  };
  return (
    <Chapter title={title} lead={lead}>
      <div class="workbench">
        <Grid
          label={words.input}
          rows={now.x}
          kind="toggle"
          padding={now.padding}
          inWindow={(r, c) =>
            r >= top && r < top + now.w.length && c >= left && c < left + now.w[0]!.length
          }
          onChange={(r, c, value) => set({ x: withCell(now.x, r, c, value) })}
        />
        <Grid
          label={words.filter}
          rows={now.w}
          kind="number"
          onChange={(r, c, value) => set({ w: withCell(now.w, r, c, value) })}
        />
        <Grid label={words.output} rows={z} {...output} />
        <Grid label={words.relu} rows={a} {...output} />
      </div>
      <p class="sum" aria-live="polite">
        {sumText(now, top, left, z[place[0]]![place[1]]!)}
      </p>
      <Settings now={now} set={set} filters={filters} />
      {questions.map(({ ask, isRight }) => (
        <Question key={ask} ask={ask} isRight={isRight({ ...now, z, a })} />
      ))}
    </Chapter>
  );
}

/** All products under the filter, and what they come to. */
function sumText({ x, w, bias, padding }: Sliding, top: number, left: number, z: number): string {
  const around = x.length === 1 ? 0 : padding;
  const products = w.flatMap((row, r) =>
    row.map((weight, c) => {
      const value = x[top + r - around]?.[left + c - padding] ?? 0;
      return `${factor(value)}·${factor(weight)}`;
    }),
  );
  return words.sum(products.join(' + '), figure(bias), figure(z));
}

interface SettingsProps {
  readonly now: Sliding;
  set(changed: Partial<Sliding>): void;
  readonly filters: Readonly<Record<string, Rows>>;
}

function Settings({ now, set, filters }: SettingsProps) {
  return (
    <div class="knobs">
      <Slider
        label={words.bias}
        min={-3}
        max={3}
        value={now.bias}
        onChange={(bias) => set({ bias })}
      />
      <Slider
        label={words.padding}
        min={0}
        max={2}
        value={now.padding}
        onChange={(padding) => set({ padding })}
      />
      <Slider
        label={words.stride}
        min={1}
        max={3}
        value={now.stride}
        onChange={(stride) => set({ stride })}
      />
      <div class="row" role="group" aria-label={words.filter}>
        {Object.entries(filters).map(([name, w]) => (
          <button key={name} aria-pressed={now.w === w} onClick={() => set({ w })}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

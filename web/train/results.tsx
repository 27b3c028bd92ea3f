import { useComputed } from '@preact/signals';
import { count, decimal, percent } from '../../src/cli/report/format.js';
import { Chart, type Line } from '../shared/chart.js';
import { extent, Plane, Sample } from '../shared/plane.js';
import { text } from '../text.js';
import type { Filters } from './protocol.js';
import { data, points, probe, settings } from './state.js';

const words = text.train;

const LINES: readonly Line[] = [
  { label: words.curves.training, colour: '--blue' },
  { label: words.curves.heldOut, colour: '--orange', dashed: true },
];

/** Loss and accuracy while it learns. */
export function Curves() {
  const columns = useComputed(() => {
    const column = (key: 'at' | 'loss' | 'testLoss' | 'accuracy' | 'testAccuracy') =>
      points.value.map((point) => point[key]);
    return {
      loss: [column('at'), column('loss'), column('testLoss')],
      accuracy: [column('at'), column('accuracy'), column('testAccuracy')],
    };
  });
  const common = { lines: LINES, until: settings.value.epochs, xLabel: words.curves.epoch };
  return (
    <section class="card">
      <h2>{words.curves.title}</h2>
      <div class="charts">
        <Chart
          {...common}
          title={words.curves.loss}
          values={columns.value.loss}
          format={decimal}
          tick={(value) => String(Number(value.toPrecision(3)))}
          range={(_, high) => [0, high * 1.05]}
        />
        <Chart
          {...common}
          title={words.curves.accuracy}
          values={columns.value.accuracy}
          format={percent}
          tick={(value) => `${Math.round(100 * value)}%`}
          range={(low) => [Math.max(0, Math.min(low - 0.02, 0.9)), 1]}
        />
      </div>
    </section>
  );
}

const MOST_FILTERS = 64;

/** The weights of the first convolution as pictures. */
export function FirstFilters() {
  const filters = probe.value?.filters;
  const limit = filters ? Math.max(...extent(filters.values).map(Math.abs)) : 0;
  return (
    <section class="card">
      <h2>{words.filters.title}</h2>
      <div class="tiles filters">
        {filters ? (
          Array.from({ length: Math.min(filters.count, MOST_FILTERS) }, (_, n) => (
            <FilterView key={n} filters={filters} n={n} limit={limit} />
          ))
        ) : (
          <p class="empty">{words.filters.empty}</p>
        )}
      </div>
      {filters && (
        <p class="scale diverging">
          <b>−{limit.toPrecision(2)}</b>
          <i />
          <b>+{limit.toPrecision(2)}</b>
        </p>
      )}
    </section>
  );
}

function FilterView({ filters, n, limit }: { filters: Filters; n: number; limit: number }) {
  const { height, width, inChannels, count: filterCount, values } = filters;
  const isColour = inChannels === 3 && height > 1;
  const channels = isColour ? 3 : 1;
  const own = Float32Array.from({ length: height * width * channels }, (_, i) => {
    const place = Math.floor(i / channels) * inChannels + (i % channels);
    return values[place * filterCount + n]!;
  });
  const range = isColour ? extent(own) : ([-limit, limit] as const);
  const scale = isColour ? 'rgb' : 'diverging';
  const label = words.filters.filter(n + 1);
  return <Plane {...{ height, width, scale, range, label }} values={own} />;
}

/** A table with more classes than this cannot be read. */
const MOST_CLASSES = 30;

/** How often each class is taken for each. */
export function Confusion() {
  const seen = probe.value;
  const names = data.value?.classNames ?? [];
  return (
    <section class="card">
      <h2>{words.confusion.title}</h2>
      {seen && names.length <= MOST_CLASSES ? (
        <>
          <p class="muted">{words.confusion.lead}</p>
          <ConfusionTable confusion={seen.confusion} names={names} />
        </>
      ) : (
        <p class="empty tall">{words.confusion.empty}</p>
      )}
    </section>
  );
}

interface ConfusionProps {
  readonly confusion: readonly (readonly number[])[];
  readonly names: readonly string[];
}

function ConfusionTable({ confusion, names }: ConfusionProps) {
  const worst = Math.max(1, ...confusion.flatMap((row, t) => row.filter((_, p) => p !== t)));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.confusion.title}>
      <table class="confusion">
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, truth) => (
            <tr key={truth}>
              <th scope="row">{names[truth]}</th>
              {row.map((n, said) => (
                <Cell key={said} {...{ n, truth, said, names, worst }} total={sum(row)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        <span class="key right" /> {words.confusion.right}
        <span class="key wrong" /> {words.confusion.wrong}
      </p>
    </div>
  );
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

interface CellProps {
  readonly n: number;
  readonly truth: number;
  readonly said: number;
  readonly names: readonly string[];
  readonly worst: number;
  readonly total: number;
}

/** Mistakes are few: they have a scale of their own. */
function Cell({ n, truth, said, names, worst, total }: CellProps) {
  const title = words.confusion.cell(names[truth]!, names[said]!, n);
  if (n === 0) {
    return (
      <td class="none" title={title}>
        ·
      </td>
    );
  }
  const isRight = truth === said;
  const share = isRight ? n / total : 0.1 + (0.9 * n) / worst;
  // Between the two neither dark nor white numbers could be read.
  const isStrong = share > 0.7;
  const depth = isStrong ? Math.max(share, 0.95) : share;
  const kind = `${isRight ? 'right' : 'wrong'} ${isStrong ? 'strong' : ''}`;
  return (
    <td class={kind} title={title} style={{ '--depth': depth.toFixed(3) }}>
      {count(n)}
    </td>
  );
}

/** What the network is surest of and wrong about. */
export function Mistakes() {
  const mistakes = probe.value?.mistakes ?? [];
  const info = data.value;
  return (
    <section class="card">
      <h2>{words.mistakes.title}</h2>
      <p class="muted">{words.mistakes.lead}</p>
      <div class="tiles mistakes">
        {info && mistakes.length > 0 ? (
          mistakes.map(({ values, label, prediction, confidence }, i) => {
            const [truth, said] = [info.classNames[label]!, info.classNames[prediction]!];
            return (
              <figure key={i}>
                <Sample
                  shape={info.inputShape}
                  values={values}
                  label={words.mistakes.caption(truth, said)}
                />
                <figcaption>
                  {truth} → <b class="wrong-text">{said}</b>
                  <small>{percent(confidence, 0)}</small>
                </figcaption>
              </figure>
            );
          })
        ) : (
          <p class="empty">{words.mistakes.empty}</p>
        )}
      </div>
    </section>
  );
}

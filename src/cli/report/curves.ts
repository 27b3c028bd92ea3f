import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EpochRecord } from './data.js';
import { count, decimal, duration, percent } from './format.js';
import { html, raw, scriptJson, scriptSource, type Html } from './html.js';

const uplot = (file: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${file}`), 'utf8');

/** The style sheet of the charts, for the head of the page. */
export const curvesStyle = () => uplot('uPlot.min.css');

/** Loss and accuracy over the epochs as charts, and the same numbers as a table. */
export function curvesSection(epochs: readonly EpochRecord[]): Html {
  return html`<section id="curves">
    <h2>Training</h2>
    <div class="charts">
      <figure>
        <figcaption>Loss</figcaption>
        <div class="chart" id="loss-chart"></div>
      </figure>
      <figure>
        <figcaption>Accuracy</figcaption>
        <div class="chart" id="accuracy-chart"></div>
      </figure>
    </div>
    <details>
      <summary>The numbers of each epoch</summary>
      ${epochsTable(epochs)}
    </details>
  </section>`;
}

function epochsTable(epochs: readonly EpochRecord[]): Html {
  const validated = epochs.some((e) => e.validationLoss !== undefined);
  const rows = epochs.map(
    (e) =>
      html`<tr>
        <th scope="row">${e.epoch}</th>
        <td>${decimal(e.loss)}</td>
        <td>${percent(e.accuracy)}</td>
        ${validated ? html`<td>${optional(e.validationLoss, decimal)}</td>` : undefined}
        ${validated ? html`<td>${optional(e.validationAccuracy, percent)}</td>` : undefined}
        <td>${count(e.samplesPerSecond)}</td>
        <td>${duration(e.seconds)}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="numbers">
      <thead>
        <tr>
          <th>Epoch</th>
          <th>Loss</th>
          <th>Accuracy</th>
          ${validated ? raw('<th>Validation loss</th><th>Validation accuracy</th>') : undefined}
          <th>Samples/s</th>
          <th>Time</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const optional = (value: number | undefined, format: (value: number) => string) =>
  value === undefined ? '–' : format(value);

/** The scripts that draw the charts, for the end of the page. */
export function curvesScript(epochs: readonly EpochRecord[]): Html {
  const column = (key: keyof EpochRecord) => epochs.map((epoch) => epoch[key] ?? null);
  const data = {
    epochs: column('epoch'),
    loss: [column('loss'), column('validationLoss')],
    accuracy: [column('accuracy'), column('validationAccuracy')],
  };
  return html`<script>
      /* uPlot, MIT licence, copyright (c) Leon Sorokin */
      ${scriptSource(uplot('uPlot.iife.min.js'))};
    </script>
    <script type="application/json" id="curves-data">
      ${scriptJson(data)}
    </script>
    <script>
      ${scriptSource(DRAW_CURVES)};
    </script>`;
}

/** Runs in the page: draws both charts, again when the room or the colour scheme changes. */
const DRAW_CURVES = `
(() => {
  const data = JSON.parse(document.getElementById('curves-data').textContent);
  const few = data.epochs.length <= 40;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const line = (label, stroke, format, dash) => ({
    label, stroke, dash, width: 2, spanGaps: true,
    points: { show: few, size: 6, fill: stroke, stroke },
    value: (_, value) => (value == null ? '–' : format(value)),
  });
  const axis = (extra) => ({
    stroke: colour('--muted'), font: '12px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, ...extra,
  });
  const [first, last] = [data.epochs[0], data.epochs.at(-1)];
  const padded = () => (first === last ? [first - 0.5, first + 0.5] : [first, last]);
  const latest = (chart) => chart.setLegend({ idx: data.epochs.length - 1 });

  function chart(id, [training, validation], format, tick, y) {
    const place = document.getElementById(id);
    const validated = validation.some((value) => value !== null);
    const series = [{ label: 'Epoch' }, line('Training', colour('--blue'), format)];
    if (validated) series.push(line('Validation', colour('--orange'), format, [6, 4]));
    const drawn = new uPlot({
      width: place.clientWidth, height: 280, series, scales: { x: { time: false, range: padded }, y },
      padding: [12, 12, 0, 0],
      axes: [axis({ size: 28, label: 'Epoch', labelSize: 20, labelFont: '12px system-ui, sans-serif', incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }),
        axis({ size: 56, values: (_, splits) => splits.map(tick) })],
      legend: { markers: { dash: (_, i) => (i === 2 ? 'dashed' : 'solid') } },
      cursor: { y: false, drag: { x: false, y: false } },
      hooks: { ready: [latest],
        setCursor: [(chart) => { if (chart.cursor.idx == null) latest(chart); }] },
    }, validated ? [data.epochs, training, validation] : [data.epochs, training], place);
    new ResizeObserver(() => {
      if (place.clientWidth > 0) drawn.setSize({ width: place.clientWidth, height: 280 });
    }).observe(place);
    return drawn;
  }

  let charts = [];
  const percent = (digits) => (share) => (share * 100).toFixed(digits) + '%';
  const decimal = (value) => Number(value.toPrecision(3)).toString();
  function draw() {
    charts.forEach((old) => old.destroy());
    charts = [
      chart('loss-chart', data.loss, (value) => value.toFixed(4), decimal, {}),
      chart('accuracy-chart', data.accuracy, percent(2),
        (share) => Number((share * 100).toPrecision(4)) + '%',
        { range: (_, low, high) => {
          const room = Math.max((high - low) * 0.1, 0.005);
          return [Math.max(low - room, 0), Math.min(high + room, 1)];
        } }),
    ];
  }
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();`;

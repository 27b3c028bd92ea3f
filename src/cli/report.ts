import { curvesScript, curvesSection, curvesStyle } from './report/curves.js';
import type { ReportData } from './report/data.js';
import { count, decimal, duration, grouped, percent, shape } from './report/format.js';
import { featureMapsSection, filtersSection, mistakesSection } from './report/gallery.js';
import { html, raw, type Html } from './report/html.js';
import { scoresSections } from './report/scores.js';
import { STYLE } from './report/style.js';

export type * from './report/data.js';

/** Nothing may be fetched: the page holds all it shows. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/**
 * A training run as one HTML page that needs no network: scores, curves, confusion matrix, classes,
 * filters, feature maps and mistakes. Sections without data are left out.
 */
export function renderReport(data: ReportData): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <link rel="icon" href="data:," />
        <title>${data.title}</title>
        <style>
          ${raw(curvesStyle() + STYLE)}
        </style>
      </head>
      <body>
        ${header(data)}
        <main>${sections(data)}</main>
        ${footer(data)} ${curvesScript(data.epochs)}
      </body>
    </html> `;
  return page.text;
}

function sections(data: ReportData): Html[] {
  const { epochs, filters, featureMaps, mistakes, classNames } = data;
  return [
    figures(data),
    curvesSection(epochs),
    scoresSections(data),
    ...(filters ? [filtersSection(filters)] : []),
    ...(featureMaps ? [featureMapsSection(featureMaps)] : []),
    mistakesSection(mistakes, classNames),
    modelSection(data),
  ];
}

function header({ title, createdAt, filters, featureMaps }: ReportData): Html {
  const links = [
    ['curves', 'Training'],
    ['confusion', 'Confusion'],
    ['classes', 'Classes'],
    ...(filters ? [['filters', 'Filters']] : []),
    ...(featureMaps ? [['feature-maps', 'Feature maps']] : []),
    ['mistakes', 'Mistakes'],
    ['model', 'Model'],
  ];
  return html`<header>
    <h1>${title}</h1>
    <p class="muted">${createdAt}</p>
    <nav>${links.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}</nav>
  </header>`;
}

function figures({ test, samplesPerSecond, layers, epochs }: ReportData): Html {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const tiles = [
    [percent(test.accuracy), 'test accuracy', `on ${count(test.examples)} examples`],
    [decimal(test.loss), 'test loss', ''],
    [count(samplesPerSecond), 'samples per second', 'in training'],
    [duration(seconds), 'training time', `${count(epochs.length)} ${plural(epochs, 'epoch')}`],
    [count(parameters(layers)), 'parameters', `${count(layers.length)} ${plural(layers, 'layer')}`],
  ];
  return html`<section class="figures" aria-label="Results">
    ${tiles.map(
      ([value, name, note]) =>
        html`<div><strong>${value}</strong><span>${name}</span><small>${note}</small></div>`,
    )}
  </section>`;
}

function modelSection({ layers, options }: ReportData): Html {
  const settings = Object.entries(options).map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${typeof value === 'number' ? grouped(value) : value}</dd>
      </div>`,
  );
  return html`<section id="model">
    <h2>Model</h2>
    ${layersTable(layers)}
    <h2>Options</h2>
    <dl class="options">${settings}</dl>
  </section>`;
}

function layersTable(layers: ReportData['layers']): Html {
  const row = (name: string, output: string, weights: number) =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${output}</td>
      <td>${count(weights)}</td>
    </tr>`;
  return html`<div class="scroll">
    <table class="numbers">
      <thead>
        <tr>
          <th>Layer</th>
          <th>Output</th>
          <th>Parameters</th>
        </tr>
      </thead>
      <tbody>
        ${layers.map((layer) => row(layer.name, shape(layer.outputShape), layer.parameters))}
      </tbody>
      <tfoot>
        ${row('Total', '', parameters(layers))}
      </tfoot>
    </table>
  </div>`;
}

const footer = ({ weightsSha256, createdAt }: ReportData) =>
  html`<footer>
    <p>SHA-256 of the weights <code>${weightsSha256}</code></p>
    <p>Made by simdgrad, ${createdAt}. This page is complete in itself and fetches nothing.</p>
  </footer>`;

const parameters = (layers: ReportData['layers']) =>
  layers.reduce((sum, layer) => sum + layer.parameters, 0);

const plural = (list: readonly unknown[], word: string) => (list.length === 1 ? word : `${word}s`);

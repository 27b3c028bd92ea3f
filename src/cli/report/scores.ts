import type { ClassScore } from '../../index.js';
import type { ReportData } from './data.js';
import { count, percent } from './format.js';
import { html, type Html } from './html.js';
import { sequentialPng } from './pictures.js';

/** A table with more columns than this cannot be read: a picture takes its place. */
const MAX_TABLE_CLASSES = 40;
const CONFUSED_PAIRS = 10;

/** What was taken for what, and how well each class is recognised. */
export function scoresSections({ confusion, classNames, perClass }: ReportData): Html {
  const names = confusion.map((_, c) => classNames[c] ?? String(c));
  const small = names.length <= MAX_TABLE_CLASSES;
  return html`<section id="confusion">
      <h2>Confusion matrix</h2>
      <p>Rows are the truth, columns what the model said, on the test data.</p>
      <div class="beside">
        ${small ? confusionTable(confusion, names) : confusionPicture(confusion)}
        <aside>${confusedPairs(confusion, names)}</aside>
      </div>
    </section>
    <section id="classes">
      <h2>Classes</h2>
      ${scoresTable(perClass, classNames)}
    </section>`;
}

function confusionTable(confusion: ReportData['confusion'], names: readonly string[]): Html {
  const worst = Math.max(1, ...confusion.flatMap((row, t) => row.filter((_, p) => p !== t)));
  const long = names.some((name) => name.length > 3) ? 'long' : '';
  const heads = names.map((name) => html`<th scope="col"><span>${name}</span></th>`);
  return html`<div class="matrix">
    <div class="scroll">
      <table class="confusion">
        <thead class="${long}">
          <tr>
            <td></td>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${confusion.map((_, truth) => confusionRow(confusion, truth, names, worst))}
        </tbody>
      </table>
    </div>
    <p class="note">
      <span class="key right"></span>recognised, share of the row
      <span class="key wrong"></span>mistakes, on a scale of their own
    </p>
  </div>`;
}

/** @param worst The commonest mistake: mistakes are few, so they have a scale of their own. */
function confusionRow(
  confusion: ReportData['confusion'],
  truth: number,
  names: readonly string[],
  worst: number,
): Html {
  const row = confusion[truth]!;
  const support = row.reduce((sum, n) => sum + n, 0);
  const cells = row.map((n, prediction) => {
    const share = support === 0 ? 0 : n / support;
    const right = truth === prediction;
    const what = right ? 'recognised' : `taken for ${names[prediction]}`;
    const title = `${names[truth]} ${what}: ${count(n)} of ${count(support)} (${percent(share)})`;
    const depth = right ? share : 0.1 + (0.9 * n) / worst;
    return confusionCell(n, depth, right ? 'right' : 'wrong', title);
  });
  return html`<tr>
    <th scope="row">${names[truth]}</th>
    ${cells}
  </tr>`;
}

function confusionCell(n: number, depth: number, kind: string, title: string): Html {
  if (n === 0) return html`<td title="${title}" class="none">·</td>`;
  const strong = depth > 0.85 ? ' strong' : '';
  return html`<td title="${title}" class="${kind}${strong}" style="--depth: ${depth.toFixed(3)}">
    ${count(n)}
  </td>`;
}

/** Each row's shares as one pixel a class. */
function confusionPicture(confusion: ReportData['confusion']): Html {
  const size = confusion.length;
  const shares = confusion.flatMap((row) => {
    const support = row.reduce((sum, n) => sum + n, 0) || 1;
    return row.map((n) => Math.sqrt(n / support));
  });
  const uri = sequentialPng({ height: size, width: size, values: shares }, [0, 1]);
  return html`<div class="heat">
    <img class="picture" src="${uri}" alt="Confusion matrix" />
    <p class="note">
      Square root of the share of the row
      <span class="scale sequential"><b>none</b><i></i><b>all</b></span>
    </p>
  </div>`;
}

function confusedPairs(confusion: ReportData['confusion'], names: readonly string[]): Html {
  const pairs = confusion
    .flatMap((row, truth) => row.map((n, prediction) => ({ truth, prediction, n })))
    .filter(({ truth, prediction, n }) => truth !== prediction && n > 0)
    .sort((a, b) => b.n - a.n)
    .slice(0, CONFUSED_PAIRS);
  if (pairs.length === 0) return html`<p>No mistakes.</p>`;
  const items = pairs.map(
    ({ truth, prediction, n }) =>
      html`<li><b>${names[truth]}</b> taken for <b>${names[prediction]}</b>: ${count(n)}</li>`,
  );
  return html`<h3>The commonest mistakes</h3>
    <ol>
      ${items}
    </ol>`;
}

function scoresTable(perClass: readonly ClassScore[], classNames: readonly string[]): Html {
  const meter = (share: number) =>
    html`<td class="meter" style="--share: ${share.toFixed(4)}">${percent(share, 1)}</td>`;
  const rows = perClass.map(
    (score, c) =>
      html`<tr>
        <th scope="row">${classNames[c] ?? String(c)}</th>
        ${meter(score.precision)}${meter(score.recall)}${meter(score.f1)}
        <td>${count(score.support)}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="numbers classes">
      <thead>
        <tr>
          <th>Class</th>
          <th>Precision</th>
          <th>Recall</th>
          <th>F1</th>
          <th>Examples</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

import type { ActivationMaps, Filters, Picture, PicturedMistake, ReportData } from './data.js';
import { count, percent, shape } from './format.js';
import { html, type Html } from './html.js';
import {
  channel,
  divergingPng,
  picturePng,
  pictureView,
  range,
  sequentialPng,
  signedBars,
  type Plane,
} from './pictures.js';

/** More tiles than this hide more than they show. */
const MAX_TILES = 64;

/** What the filters of the first layer have learned to look for. */
export function filtersSection(filters: Filters): Html {
  const limit = Math.max(...range(filters.values).map(Math.abs));
  const shown = Math.min(filters.count, MAX_TILES);
  const views = Array.from({ length: shown }, (_, n) => filterView(filters, n, limit));
  const rgb = filters.inChannels === 3 && filters.height > 1;
  const { height, width, inChannels } = filters;
  return html`<section id="filters">
    <h2>Learned filters</h2>
    <p>
      The first layer's ${count(filters.count)} filters of
      ${shape(sizes({ height, width, channels: inChannels }))}${shownOf(shown, filters.count)}.
      ${
        rgb
          ? html`Each is stretched to its own least and greatest weight.`
          : html`<span class="scale diverging"
              ><b>−${limit.toPrecision(2)}</b><i></i><b>+${limit.toPrecision(2)}</b></span
            >`
      }
    </p>
    <div class="tiles ${height === 1 ? 'strips' : 'small'}">${views}</div>
  </section>`;
}

/** Filter `n` alone: a picture whose pixels are weights. */
function filterOf({ height, width, inChannels, count: n, values }: Filters, f: number): Picture {
  const size = height * width * inChannels;
  const own = Float32Array.from({ length: size }, (_, i) => values[i * n + f]!);
  return { height, width, channels: inChannels, values: own };
}

function filterView(filters: Filters, n: number, limit: number): Html {
  const filter = filterOf(filters, n);
  const name = `Filter ${n + 1}`;
  if (filter.height === 1 && filter.channels === 1) {
    return tile(signedBars(filter.values, limit, name), name, String(n + 1));
  }
  const rgb = filter.channels === 3 && filter.height > 1;
  const uri = rgb ? picturePng(stretched(filter)) : divergingPng(unrolled(filter), limit);
  const view = html`<img class="picture" src="${uri}" alt="${name}" />`;
  return tile(view, name, String(n + 1));
}

/** Scaled so that the least weight is black and the greatest white. */
function stretched(filter: Picture): Picture {
  const [low, high] = range(filter.values);
  const values = Array.from(filter.values, (value) => (value - low) / (high - low || 1));
  return { ...filter, values };
}

/** Channels side by side, or, for a signal's filter, below each other. */
function unrolled(filter: Picture): Plane {
  const { height, width, channels } = filter;
  const planes = Array.from({ length: channels }, (_, c) => channel(filter, c).values);
  if (height === 1) return { height: channels, width, values: planes.flatMap((p) => [...p]) };
  const rows = Array.from({ length: height }, (_, y) =>
    planes.flatMap((plane) => [...plane.slice(y * width, (y + 1) * width)]),
  );
  return { height, width: width * channels, values: rows.flat() };
}

/** An example and the maps that each layer makes of it. */
export function featureMapsSection(maps: NonNullable<ReportData['featureMaps']>): Html {
  return html`<section id="feature-maps">
    <h2>Feature maps</h2>
    <p>
      What each layer makes of one test example. The maps of a layer share one scale.
      <span class="scale sequential"><b>least</b><i></i><b>most</b></span>
    </p>
    <h3>Input <small>${shape(sizes(maps.input))}</small></h3>
    <div class="example">${pictureView(maps.input, 'Input')}</div>
    ${maps.layers.map(layerMaps)}
  </section>`;
}

function layerMaps(maps: ActivationMaps): Html {
  const scale = range(maps.values);
  const shown = Math.min(maps.channels, MAX_TILES);
  const views = Array.from({ length: shown }, (_, c) => {
    const name = `${maps.layer}, channel ${c + 1}`;
    const uri = sequentialPng(channel(maps, c), scale);
    return html`<img class="picture" src="${uri}" alt="${name}" title="${name}" />`;
  });
  return html`<h3>
      ${maps.layer} <small>${shape(sizes(maps))}${shownOf(shown, maps.channels)}</small>
    </h3>
    <div class="tiles maps ${maps.height === 1 ? 'strips' : ''}">${views}</div>`;
}

/** The mistakes the model was surest of. */
export function mistakesSection(
  mistakes: readonly PicturedMistake[],
  classNames: readonly string[],
): Html {
  const name = (c: number) => classNames[c] ?? String(c);
  const tiles = mistakes.map(
    ({ image, truth, prediction, confidence }, i) =>
      html`<figure class="mistake">
        ${pictureView(image, `Mistake ${i + 1}`)}
        <figcaption>
          <span class="wrong">${name(prediction)}</span> ${percent(confidence, 1)}<br />
          <small>is ${name(truth)}</small>
        </figcaption>
      </figure>`,
  );
  return html`<section id="mistakes">
    <h2>Most confident mistakes</h2>
    ${
      mistakes.length === 0
        ? html`<p>None: every test example was recognised.</p>`
        : html`<p>What the model said, how sure it was, and what it is.</p>
            <div class="tiles">${tiles}</div>`
    }
  </section>`;
}

const tile = (view: Html, name: string, caption: string) =>
  html`<figure title="${name}">
    ${view}
    <figcaption>${caption}</figcaption>
  </figure>`;

const sizes = ({ height, width, channels }: Omit<Picture, 'values'>) =>
  height === 1 ? [width, channels] : [height, width, channels];

const shownOf = (shown: number, total: number) =>
  shown < total ? `, the first ${shown} shown` : '';

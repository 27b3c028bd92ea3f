import { Buffer } from 'node:buffer';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { classReport } from '../../src/training/index.js';
import { renderReport, type ReportData } from '../../src/cli/report.js';
import { decimal, duration, percent } from '../../src/cli/report/format.js';
import { html, raw, scriptJson, scriptSource } from '../../src/cli/report/html.js';
import { divergingPng, picturePng, sequentialPng } from '../../src/cli/report/pictures.js';

const confusion = [
  [8, 2],
  [0, 10],
];
const image = { height: 2, width: 2, channels: 1, values: Float32Array.of(0, 0.5, 1, 0.25) };
const epochs = [1, 2].map((epoch) => ({
  epoch,
  loss: 0.5 / epoch,
  accuracy: 0.8,
  validationLoss: 0.6,
  validationAccuracy: 0.7,
  seconds: 2,
  samplesPerSecond: 5000,
}));

const data: ReportData = {
  title: 'Cats & dogs',
  layers: [
    { name: 'conv2d', outputShape: [26, 26, 8], parameters: 80 },
    { name: 'linear', outputShape: [2], parameters: 1200 },
  ],
  options: { epochs: 2, 'learning rate': 0.001, samples: 60_000, seed: '12345', augment: false },
  createdAt: '23 November 2025',
  test: { accuracy: 0.9, loss: 0.25, examples: 20 },
  samplesPerSecond: 5000,
  weightsSha256: 'abc123',
  epochs,
  classNames: ['<cat>', 'dog'],
  confusion,
  perClass: classReport(confusion),
  filters: { height: 3, width: 3, inChannels: 1, count: 4, values: new Float32Array(36).fill(0.5) },
  featureMaps: { input: image, layers: [{ layer: 'conv2d', ...image }] },
  mistakes: [{ image, truth: 0, prediction: 1, confidence: 0.987 }],
};

/** The page without its scripts and styles. */
const visible = (page: string) => page.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, '');
const sections = (page: string) => [...page.matchAll(/<section id="([^"]+)"/g)].map((m) => m[1]);
const pictures = (page: string) =>
  [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map((m) =>
    decode(Buffer.from(m[1]!, 'base64')),
  );
const embedded = (page: string) =>
  JSON.parse(/<script type="application\/json"[^>]*>([^]*?)<\/script>/.exec(page)![1]!) as unknown;
const pixels = (uri: string) => Array.from(decode(Buffer.from(uri.split(',')[1]!, 'base64')).data);

describe('renderReport', () => {
  const page = renderReport(data);

  it('is one page with every section', () => {
    expect(page).toMatch(/^<!doctype html>/i);
    expect(sections(page)).toEqual([
      'curves',
      'confusion',
      'classes',
      'filters',
      'feature-maps',
      'mistakes',
      'model',
    ]);
    for (const id of sections(page)) expect(page).toContain(`href="#${id}"`);
  });

  it('asks for nothing from outside', () => {
    expect(visible(page)).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(page).not.toMatch(/@import|url\(/);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('shows the figures', () => {
    for (const text of [
      '90.00%',
      '0.2500',
      '5,000',
      '1,280',
      'abc123',
      '26 × 26 × 8',
      '0.001',
      '60,000',
      '12345',
    ]) {
      expect(visible(page)).toContain(text);
    }
  });

  it('says once what was trained on what', () => {
    const title = 'lenet on pets';
    expect(
      visible(renderReport({ ...data, title }))
        .split('<body>')[1]!
        .match(/lenet|pets/g),
    ).toHaveLength(2);
  });

  it('names the axis of the epochs', () => {
    expect(page).toContain("label: 'Epoch'");
  });

  it('shows counts, shares and scores of each class', () => {
    expect(page).toContain('title="&lt;cat&gt; taken for dog: 2 of 10 (20.00%)"');
    expect(page).toContain('title="dog recognised: 10 of 10 (100.00%)"');
    expect(page).toContain('<b>&lt;cat&gt;</b> taken for <b>dog</b>: 2');
    expect(page).toContain('83.3%');
  });

  it('draws filters, the example with its maps, and mistakes as pictures', () => {
    const sizes = pictures(page).map(({ width, height }) => `${width}x${height}`);
    expect(sizes).toEqual(['3x3', '3x3', '3x3', '3x3', '2x2', '2x2', '2x2']);
    expect(page).toContain('98.7%');
  });

  it('embeds the curves, with null for what is missing or not a number', () => {
    expect(embedded(page)).toEqual({
      epochs: [1, 2],
      loss: [
        [0.5, 0.25],
        [0.6, 0.6],
      ],
      accuracy: [
        [0.8, 0.8],
        [0.7, 0.7],
      ],
    });
    const one = { epoch: 1, loss: NaN, accuracy: 0.1, seconds: 1, samplesPerSecond: 9 };
    expect(embedded(renderReport({ ...data, epochs: [one] }))).toMatchObject({
      loss: [[null], [null]],
    });
  });

  it('escapes everything from outside', () => {
    const evil = `</script><script>alert("1")</script><img src=x onerror='1'>`;
    const page = renderReport({
      ...data,
      title: evil,
      createdAt: evil,
      weightsSha256: evil,
      options: { [evil]: evil },
      classNames: [evil, evil],
      layers: [{ name: evil, outputShape: [1], parameters: 1 }],
      featureMaps: { input: image, layers: [{ layer: evil, ...image }] },
    });
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    expect(page.match(/<\/?script/g)).toEqual(renderReport(data).match(/<\/?script/g));
    expect(page).not.toMatch(/="[^"]*onerror='/);
  });

  it('leaves out what a model without convolutions does not have', () => {
    const { filters: _filters, featureMaps: _maps, ...plain } = data;
    const page = renderReport({ ...plain, mistakes: [] });
    expect(sections(page)).toEqual(['curves', 'confusion', 'classes', 'mistakes', 'model']);
    expect(page).not.toContain('href="#filters"');
    expect(page).toContain('every test example was recognised');
  });

  it('shows signals as lines, their filters as bars and their maps as strips', () => {
    const signal = { height: 1, width: 4, channels: 1, values: [0, 1, -1, NaN] };
    const page = renderReport({
      ...data,
      filters: { height: 1, width: 3, inChannels: 1, count: 2, values: [1, -2, 0, 0.5, 1, 1] },
      featureMaps: { input: signal, layers: [{ layer: 'conv1d', ...signal }] },
      mistakes: [{ image: signal, truth: 0, prediction: 1, confidence: 1 }],
    });
    expect(page.match(/<polyline points="0,20.00 1,2.00 2,38.00"/g)).toHaveLength(2);
    expect(page.match(/<rect/g)).toHaveLength(6);
    expect(pictures(page).map(({ width, height }) => [width, height])).toEqual([[4, 1]]);
    expect(page).toContain('2 filters of');
    expect(page).toContain('3 × 1');
  });

  it('unrolls filters over several channels: side by side, below each other for signals', () => {
    const values = new Float32Array(3 * 3 * 2);
    const sizes = (height: number, width: number, inChannels: number) => {
      const filters = { height, width, inChannels, count: 1, values };
      const { width: w, height: h } = pictures(renderReport({ ...data, filters }))[0]!;
      return [w, h];
    };
    expect(sizes(3, 3, 2)).toEqual([6, 3]);
    expect(sizes(1, 9, 2)).toEqual([9, 2]);
    expect(sizes(2, 3, 3)).toEqual([3, 2]);
  });

  it('draws a picture in place of a table of many classes, and caps the tiles', () => {
    const size = 50;
    const many = Array.from({ length: size }, (_, t) =>
      Array.from({ length: size }, (_, p) => (p === t ? 9 : t === 3 && p === 4 ? 5 : 0)),
    );
    const page = renderReport({
      ...data,
      confusion: many,
      perClass: classReport(many),
      classNames: [],
      filters: { height: 1, width: 1, inChannels: 1, count: 100, values: new Float32Array(100) },
    });
    expect(page).not.toContain('<table class="confusion"');
    expect(pictures(page)[0]).toMatchObject({ width: size, height: size });
    expect(page).toContain('<b>3</b> taken for <b>4</b>: 5');
    expect(page).toContain(', the first 64 shown');
  });

  it('takes plain numbers, as JSON gives them', () => {
    const plain = JSON.parse(
      JSON.stringify(data, (_, value: unknown) =>
        value instanceof Float32Array ? Array.from(value) : value,
      ),
    ) as ReportData;
    expect(renderReport(plain)).toBe(page);
  });
});

describe('pictures', () => {
  const plane = (values: number[]) => ({ height: 1, width: values.length, values });

  it('paints negative blue, zero near white and positive red', () => {
    expect(pixels(divergingPng(plane([-2, 0, 2, 9]), 2))).toEqual([
      ...[5, 48, 97],
      ...[247, 247, 247],
      ...[103, 0, 31],
      ...[103, 0, 31],
    ]);
    expect(pixels(divergingPng(plane([0]), 0))).toEqual([247, 247, 247]);
  });

  it('paints little dark and much bright, and a flat or broken plane as the least', () => {
    expect(pixels(sequentialPng(plane([0, 1]), [0, 1]))).toEqual([68, 1, 84, 253, 231, 37]);
    expect(pixels(sequentialPng(plane([5]), [5, 5]))).toEqual([68, 1, 84]);
    expect(pixels(sequentialPng(plane([NaN]), [0, 1]))).toEqual([68, 1, 84]);
  });

  it('keeps values within 0..1 and bytes as they are, and stretches others', () => {
    const grey = (values: number[] | Uint8Array) =>
      pixels(picturePng({ height: 1, width: 2, channels: 1, values })).filter(
        (_, i) => i % 3 === 0,
      );
    expect(grey([0.2, 0.4])).toEqual([51, 102]);
    expect(grey(Uint8Array.of(7, 9))).toEqual([7, 9]);
    expect(grey([-3, 5])).toEqual([0, 255]);
    const rgb = { height: 1, width: 1, channels: 3, values: [0, 0.2, 1] };
    expect(pixels(picturePng(rgb))).toEqual([0, 51, 255]);
  });
});

describe('html', () => {
  it('escapes values, joins lists, drops undefined and keeps markup', () => {
    expect(html`<p title="${'"'}">${['<', raw('<b>')]}${undefined}${0}</p>`.text).toBe(
      '<p title="&quot;">&lt;<b>0</p>',
    );
  });

  it('keeps scripts from ending early, with the same meaning', () => {
    const { text } = scriptJson({ a: '</script><!--' });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ a: '</script><!--' });
    expect(scriptSource('"</script>"').text).toBe('"<\\/script>"');
  });
});

describe('format', () => {
  it('never rounds to all or nothing what is not', () => {
    expect([0, 0.000001, 0.5, 0.999999, 1].map((share) => percent(share))).toEqual([
      '0.00%',
      '0.01%',
      '50.00%',
      '99.99%',
      '100.00%',
    ]);
    expect(percent(NaN)).toBe('NaN');
  });

  it('writes durations and losses of every size', () => {
    expect([0.04, 9.96, 59.6, 3600, Infinity].map(duration)).toEqual([
      '0.0 s',
      '10 s',
      '1 min 0 s',
      '1 h 0 min',
      '–',
    ]);
    expect([0, 0.5, 0.00012, Infinity].map(decimal)).toEqual([
      '0.0000',
      '0.5000',
      '1.20e-4',
      'Infinity',
    ]);
  });
});

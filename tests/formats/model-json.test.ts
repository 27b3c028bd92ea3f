import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { loadModel } from '../../src/formats/every-layer.js';
import { expectNothingLeft } from '../support/memory.js';
import { savedModel } from './saved.js';

/** So many Sequentials inside one another. */
function nested(depth: number): unknown {
  let config: unknown = { type: 'ReLU' };
  for (let i = 0; i < depth; i++) config = { type: 'Sequential', layers: [config] };
  return config;
}

describe('model.json is a FormatError', () => {
  test.each<[string, string, string]>([
    ['an HTML page', '<!doctype html>', 'model.json: not JSON: '],
    ['nothing', '', 'model.json: not JSON: '],
    [
      'null',
      'null',
      'model.json: expected format simdgrad-model version 1, got undefined version undefined',
    ],
    [
      'an array',
      '[]',
      'model.json: expected format simdgrad-model version 1, got undefined version undefined',
    ],
    [
      'another format',
      '{"format":"keras","version":1}',
      'model.json: expected format simdgrad-model version 1, got keras version 1',
    ],
    [
      'details that are no object',
      '{"format":"simdgrad-model","version":1,"details":[]}',
      'model.json: details: expected an object, got []',
    ],
    [
      'an unknown name',
      '{"format":"simdgrad-model","version":1,"detials":{}}',
      'model.json: simdgrad-model: names: expected format, version, details, architecture, got detials',
    ],
    [
      'another version',
      '{"format":"simdgrad-model","version":2}',
      'model.json: expected format simdgrad-model version 1, got simdgrad-model version 2',
    ],
  ])('that is %s', (_, json, message) => {
    const { weights } = savedModel();
    expect(() => loadModel({ json, weights })).toThrow(FormatError);
    expect(() => loadModel({ json, weights })).toThrow(message);
  });

  const relu = { type: 'ReLU' };
  const linear = { type: 'Linear', inFeatures: 2, outFeatures: 3, bias: true };
  /** What a message lists of the known layers. */
  const known = /expected one of (?:\w+, )+\w+ and \d+ more, /;
  const unknown = (got: string, place = '') => `model.json: architecture${place}: type: got ${got}`;

  test.each<[string, unknown, string]>([
    ['none', undefined, unknown('undefined')],
    ['null', null, unknown('undefined')],
    ['text', 'ReLU', unknown('undefined')],
    ['an unknown layer', { type: 'BatchNorm9d' }, unknown('BatchNorm9d')],
    ['a name of Object', { type: 'constructor' }, unknown('constructor')],
    [
      'a layer inside without a type',
      { type: 'Sequential', layers: [relu, {}] },
      unknown('undefined', '.layers[1]'),
    ],
    ['a long name', { type: 'x'.repeat(1e5) }, `got "${'x'.repeat(60)}`],
    [
      'no layers inside',
      { type: 'Sequential' },
      'model.json: architecture: Sequential: layers: expected an array of layers, got undefined',
    ],
    [
      'an unknown argument',
      { type: 'Sequential', layers: [relu, { ...linear, units: 3 }] },
      'model.json: architecture.layers[1]: Linear: options: expected bias, got units',
    ],
    [
      'an argument of a layer that has none',
      { type: 'ReLU', slope: 1 },
      'model.json: architecture: ReLU: arguments: expected none, got slope',
    ],
    [
      'an argument beside the only one',
      { type: 'Dropout', p: 0.5, rate: 1 },
      'model.json: architecture: Dropout: arguments: expected p, got rate, which is p here',
    ],
    [
      'an argument of a Sequential',
      { type: 'Sequential', layers: [], name: 'a' },
      'model.json: architecture: Sequential: arguments: expected layers, got name',
    ],
    [
      '70 Sequentials inside one another',
      nested(70),
      'model.json: architecture: expected at most 10000 layers, 64 inside one another, got more',
    ],
    [
      '2,000 Sequentials inside one another',
      nested(2000),
      'model.json: expected at most 65536 values, 256 objects and arrays inside one another, got more at character ',
    ],
    [
      '10,001 layers',
      { type: 'Sequential', layers: new Array(10_000).fill(relu) },
      'model.json: architecture: expected at most 10000 layers, 64 inside',
    ],
    [
      'a wrong argument, after a layer that was made',
      {
        type: 'Sequential',
        layers: [linear, { type: 'Sequential', layers: [linear, { ...linear, inFeatures: 0 }] }],
      },
      'model.json: architecture.layers[1].layers[1]: Linear: inFeatures: expected an integer of at least 1, got 0',
    ],
    [
      'an argument of the wrong kind',
      { ...linear, outFeatures: '3' },
      'model.json: architecture: Linear: outFeatures: expected an integer of at least 1, got "3"',
    ],
    [
      'a gigantic layer',
      { ...linear, inFeatures: 2 ** 20, outFeatures: 2 ** 20 },
      'model.json: architecture: parameter: shape: [1048576,1048576] has 1099511627776 elements, the limit is 536870911 (2 GiB)',
    ],
  ])('whose architecture is %s; nothing is left', (_, architecture, message) => {
    const { document, weights } = savedModel();
    const json = JSON.stringify({ ...document, architecture });
    expectNothingLeft(() => {
      const error = errorOf(() => loadModel({ json, weights }));
      expect(error).toBeInstanceOf(FormatError);
      expect(error.message.replace(known, '')).toContain(message);
    });
  });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

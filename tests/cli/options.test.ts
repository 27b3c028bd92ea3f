import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import {
  completeOptions,
  flag,
  PARSERS,
  parseThreads,
  type RunOptions,
} from '../../src/cli/options.js';

const strokes: RunOptions = {
  data: 'strokes',
  model: 'lenet',
  epochs: 5,
  batchSize: 32,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 0,
  seed: 0,
  trainSize: 20_000,
  testSize: 4_000,
};

describe('PARSERS', () => {
  it.each([
    ['epochs', '3', 3],
    ['seed', '0', 0],
    ['seed', '9007199254740991', Number.MAX_SAFE_INTEGER],
    ['lr', '1e-3', 0.001],
    ['momentum', '0', 0],
    ['weightDecay', '.5', 0.5],
    ['model', 'cifar', 'cifar'],
    ['data', 'fashion-mnist', 'fashion-mnist'],
    ['data', './some/folder', resolve('some/folder')],
    ['data', 'tests', resolve('tests')],
    ['valSplit', '0.25', 0.25],
    ['valSplit', '500', 500],
  ] as const)('%s: reads %s', (key, text, value) => {
    expect(PARSERS[key]('--name', text)).toBe(value);
  });

  it.each([
    ['epochs', '0', "--name: expected an integer from 1, got '0'"],
    ['epochs', '-1', "--name: expected an integer from 1, got '-1'"],
    ['epochs', '1.5', "--name: expected an integer from 1, got '1.5'"],
    ['epochs', 'many', "--name: expected an integer from 1, got 'many'"],
    ['epochs', '', "--name: expected an integer from 1, got ''"],
    ['epochs', '1e3', "--name: expected an integer from 1, got '1e3'"],
    [
      'seed',
      '9007199254740992',
      "--name: expected an integer from 0 to 9007199254740991, got '9007199254740992'",
    ],
    ['epochs', '2147483648', "--name: expected an integer from 1 to 2147483647, got '2147483648'"],
    ['lr', 'NaN', "--name: expected a number above 0, got 'NaN'"],
    ['lr', 'Infinity', "--name: expected a number above 0, got 'Infinity'"],
    ['lr', '0', "--name: expected a number above 0, got '0'"],
    ['lr', ' ', "--name: expected a number above 0, got ' '"],
    ['momentum', '1', "--name: expected a number from 0 to below 1, got '1'"],
    ['weightDecay', '-1', "--name: expected a number from 0, got '-1'"],
    [
      'valSplit',
      '1.5',
      "--name: expected a share between 0 and 1 or a number of samples, got '1.5'",
    ],
    ['valSplit', '0', "--name: expected a share between 0 and 1 or a number of samples, got '0'"],
    ['model', 'resnet', "--name: expected one of lenet, cifar, got 'resnet'"],
    ['optimizer', 'SGD', "--name: expected one of sgd, adam, adamw, adadelta, got 'SGD'"],
    [
      'data',
      'mnits',
      "--name: expected one of strokes, mnist, fashion-mnist, cifar10 or a folder, got 'mnits'",
    ],
  ] as const)('%s: refuses %j', (key, text, message) => {
    expect(() => PARSERS[key]('--name', text)).toThrow(new InputError(message));
  });
});

describe('a value in a message', () => {
  it('takes up 100 characters at most', () => {
    let message = '';
    try {
      PARSERS.model('--model', 'x'.repeat(1e6));
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/got 'x+ …?'?$/);
    expect(message.length).toBeLessThan(200);
  });
});

describe('parseThreads', () => {
  it.each([
    ['auto', 'auto'],
    ['1', 1],
    ['128', 128],
  ])('reads %s', (text, threads) => {
    expect(parseThreads(text)).toBe(threads);
  });

  it.each(['0', '129', '1.5', '-1', '', 'all'])("refuses '%s'", (text) => {
    expect(() => parseThreads(text)).toThrow(
      new InputError(`--threads: expected auto or an integer from 1 to 128, got '${text}'`),
    );
  });
});

describe('completeOptions', () => {
  it('has a default for everything', () => {
    expect(completeOptions({})).toEqual(strokes);
  });

  it('fits the defaults to the optimizer and the data', () => {
    const { trainSize: _train, testSize: _test, momentum: _momentum, ...others } = strokes;
    expect(completeOptions({ optimizer: 'adam', data: 'mnist' })).toEqual({
      ...others,
      optimizer: 'adam',
      data: 'mnist',
      lr: 0.001,
    });
    expect(completeOptions({ optimizer: 'adamw' })).toMatchObject({ lr: 0.001, weightDecay: 0.01 });
    expect(completeOptions({ optimizer: 'adadelta' })).toMatchObject({ lr: 1, weightDecay: 0 });
    expect(completeOptions({ optimizer: 'adamw', weightDecay: 0 })).toMatchObject({
      weightDecay: 0,
    });
  });

  it('refuses options that do not go together', () => {
    expect(() => completeOptions({ optimizer: 'adam', momentum: 0.9 })).toThrow(
      new InputError('--momentum: expected --optimizer sgd, got --optimizer adam'),
    );
    expect(() => completeOptions({ data: 'mnist', testSize: 10 })).toThrow(
      new InputError('--test-size: expected --data strokes, got --data mnist'),
    );
  });
});

describe('flag', () => {
  it('is how an option is written', () => {
    expect(['lr', 'batchSize', 'weightDecay'].map(flag)).toEqual([
      '--lr',
      '--batch-size',
      '--weight-decay',
    ]);
  });
});

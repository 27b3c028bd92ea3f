import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { completeOptions, OPTION_NAMES, type RunOptions } from '../../src/cli/options.js';
import {
  formatRecord,
  optionsOf,
  parseRecord,
  resumedWith,
  type RunRecord,
  sameRecord,
} from '../../src/cli/run-record.js';

const started = completeOptions({ limit: 90, valSplit: 0.1 });
const record: RunRecord = { started, resumed: [] };

describe('resumedWith', () => {
  it('is the same record where nothing changes', () => {
    expect(resumedWith(record, {}, 'runs/a')).toBe(record);
    expect(resumedWith(record, { epochs: 5, lr: 0.01 }, 'runs/a')).toBe(record);
  });

  it('takes more epochs and another learning rate, one after the other', () => {
    const more = resumedWith(record, { epochs: 6, lr: 0.001 }, 'runs/a');
    expect(more).toEqual({ started, resumed: [{ epochs: 6, lr: 0.001 }] });
    const most = resumedWith(more, { epochs: 9 }, 'runs/a');
    expect(optionsOf(most)).toEqual({ ...started, epochs: 9, lr: 0.001 });
    expect(resumedWith(most, { epochs: 9 }, 'runs/a')).toBe(most);
  });

  it('takes nothing else', () => {
    expect(() => resumedWith(record, { epochs: 4 }, 'runs/a')).toThrow(
      new InputError(
        '--epochs 4 contradicts runs/a, which was started with 5: leave --epochs out, or start a new run',
      ),
    );
    expect(() => resumedWith(record, { trainSize: 10 }, 'runs/a')).toThrow(/started with 20000/);
    const { limit: _limit, ...others } = started;
    const without = { started: others as RunOptions, resumed: [] };
    expect(() => resumedWith(without, { limit: 10 }, 'runs/a')).toThrow(/started with no --limit/);
  });
});

describe('options.json', () => {
  const parse = (text: string) => () => parseRecord(text, 'options.json');
  const text = formatRecord(record);

  it('comes back as it was written', () => {
    const other = completeOptions({ optimizer: 'adamw', data: '/some/folder', limit: 100 });
    const resumed = [{ epochs: 9 }, { lr: 0.1 }];
    for (const given of [record, { started: other, resumed: [] }, { started, resumed }]) {
      expect(parseRecord(formatRecord(given), 'options.json')).toEqual(given);
    }
  });

  it('is refused when it is another file', () => {
    const message = 'options.json: expected the options of a run of simdgrad train, got other text';
    for (const broken of ['', 'null', '[]', '{}', '5', text.slice(0, 100), '<!doctype html>']) {
      expect(parse(broken)).toThrow(new InputError(message));
    }
  });

  it('is refused with a value that is missing, unknown, or of another type', () => {
    const edit = (changes: object) => JSON.stringify({ ...JSON.parse(text), ...changes });
    const refused: [object, string][] = [
      [{ epochs: undefined }, 'epochs: expected a value, got none'],
      [{ epochs: '5' }, `epochs: expected an integer from 1, got '"5"'`],
      [{ epochs: [5] }, "epochs: expected an integer from 1, got '[5]'"],
      [{ seed: true }, "seed: expected an integer from 0, got 'true'"],
      [{ seed: null }, "seed: expected an integer from 0, got 'null'"],
      [{ lr: { value: 1 } }, `lr: expected a number above 0, got '{"value":1}'`],
      [{ model: 5 }, "model: expected one of lenet, cifar, got '5'"],
      [{ resumed: {} }, 'resumed: expected a list, got {}'],
      [{ resumed: [5] }, 'resumed: 0: expected options, got 5'],
      [{ resumed: [{ epochs: 'x' }] }, `resumed: 0: epochs: expected an integer from 1, got '"x"'`],
      [{ resumed: [{ seed: 1 }] }, 'resumed: 0: expected epochs, lr, got "seed"'],
    ];
    for (const [changes, message] of refused) {
      expect(parse(edit(changes))).toThrow(new InputError(`options.json: ${message}`));
    }
    expect(parse(edit({ learningRate: 1 }))).toThrow(/expected data, model, .*got "learningRate"$/);
    expect(parse(text.replace('"lr": 0.01', '"lr": 1e999'))).toThrow(
      /lr: expected a number above 0/,
    );
  });
});

describe('sameRecord', () => {
  /** Goes on from a checkpoint that `saved` was kept in, with an options.json that says `now`. */
  function goOn(saved: RunRecord, now: RunRecord): void {
    const state = JSON.parse(JSON.stringify(sameRecord(saved, 'o', false).state!())) as unknown;
    const callback = sameRecord(now, 'options.json', true);
    callback.restore!(state, new Map());
    void callback.onTrainBegin!(undefined as never);
  }

  it('goes on with the same options, and with changes made since', () => {
    goOn(record, record);
    goOn(record, { started, resumed: [{ epochs: 7 }, { lr: 1 }] });
    goOn({ started, resumed: [{ epochs: 7 }] }, { started, resumed: [{ epochs: 7 }, { lr: 1 }] });
  });

  it('refuses every option that was edited, and names both values', () => {
    const other = {
      ...{ data: '/other', model: 'cifar', epochs: 6, batchSize: 33, optimizer: 'adam', lr: 0.02 },
      ...{
        momentum: 0.8,
        weightDecay: 0.1,
        seed: 1,
        trainSize: 11,
        testSize: 12,
        limit: 91,
        valSplit: 0.2,
      },
    } as Required<RunOptions>;
    expect(Object.keys(other).sort()).toEqual([...OPTION_NAMES].sort());
    for (const key of OPTION_NAMES) {
      const edited = { started: { ...started, [key]: other[key] }, resumed: [] };
      expect(() => goOn(record, edited), key).toThrow(
        `options.json: ${key}: the checkpoint was made with ${started[key]}, it cannot go on with ${other[key]}: `,
      );
      const { [key]: _left, ...others } = started;
      const without = { started: others as RunOptions, resumed: [] };
      expect(() => goOn(record, without), key).toThrow(/it cannot go on with none/);
    }
  });

  it('refuses changes that were taken back or edited', () => {
    const saved = { started, resumed: [{ epochs: 7 }] };
    expect(() => goOn(saved, record)).toThrow(/epochs: the checkpoint was made with 7, .* with 5/);
    expect(() => goOn(saved, { started, resumed: [{ epochs: 8 }] })).toThrow(/with 7, .* with 8/);
  });

  it('refuses a checkpoint that another program made', () => {
    const callback = sameRecord(record, 'options.json', true);
    expect(() => callback.onTrainBegin!(undefined as never)).toThrow(
      'options.json: expected a checkpoint of simdgrad train beside it, got another',
    );
    void sameRecord(record, 'options.json', false).onTrainBegin!(undefined as never);
  });
});

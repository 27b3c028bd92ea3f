import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { completeOptions } from '../../src/cli/options.js';
import { completeDetails, readDetails, readHistory } from '../../src/cli/run-details.js';
import { LOCK_FILE } from '../../src/cli/run-lock.js';
import { checkWritable, defaultRunPath, RunFolder, samePath } from '../../src/cli/run-folder.js';
import { documentOf, formatRecord } from '../../src/cli/run-record.js';

let parent: string;
let path: string;
let folder: RunFolder;
const record = { started: completeOptions({}), resumed: [] };

/** A file of the folder, whoever writes it. */
const put = (name: string, text: string) => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), text);
};

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
  path = join(parent, 'run');
  folder = new RunFolder(path);
});

afterEach(async () => {
  await folder.release();
  rmSync(parent, { recursive: true });
});

/** Begins a run and ends it at once, as an interruption would. */
async function beginAndEnd(): Promise<void> {
  await folder.begin(record);
  await folder.release();
}

describe('RunFolder', () => {
  it('begins with the options, and is held until it is released', async () => {
    await folder.begin(record);
    expect(readdirSync(path)).toEqual(['options.json', LOCK_FILE]);
    expect(await folder.record()).toEqual(record);
    await folder.release();
    expect(readdirSync(path)).toEqual(['options.json']);
  });

  describe('with a model', () => {
    const wasMadeWith = (run: object) =>
      put('model.json', JSON.stringify({ details: { run: documentOf({ ...record, ...run }) } }));

    it('has the options that the model was made with, and changes since then', async () => {
      const longer = { ...record, resumed: [{ epochs: 9 }] };
      put('options.json', formatRecord(longer));
      wasMadeWith({});
      expect(await folder.record()).toEqual(longer);
      wasMadeWith({ resumed: [{ epochs: 9 }] });
      expect(await folder.record()).toEqual(longer);
    });

    it('refuses an options.json that was edited since', async () => {
      put('options.json', formatRecord(record));
      wasMadeWith({ started: completeOptions({ seed: 7 }) });
      await expect(folder.record()).rejects.toThrow(
        `${join(path, 'options.json')}: seed: the model was made with 7, it cannot go on with 0: `,
      );
      put('model.json', JSON.stringify({ details: { run: { seed: 7 } } }));
      await expect(folder.record()).rejects.toThrow(
        /model\.json: details: run: expected the options/,
      );
    });
  });

  it('begins in a folder that holds other things', async () => {
    await new RunFolder(parent).begin(record);
    expect(existsSync(join(parent, 'options.json'))).toBe(true);
  });

  it('begins where a run was killed before its first file was whole', async () => {
    put('options.json.123.tmp', '{"form');
    put(LOCK_FILE, `${hostname()} ${process.pid} 1\n`);
    await folder.begin(record);
    expect(readdirSync(path)).toEqual(['options.json', LOCK_FILE]);
  });

  it('makes the folders that lead to it, and never hangs where none can be made', async () => {
    await new RunFolder(join(parent, 'a', '..', 'b', 'c', 'd')).begin(record);
    expect(existsSync(join(parent, 'b', 'c', 'd', 'options.json'))).toBe(true);
    writeFileSync(join(parent, 'file'), '');
    await expect(new RunFolder(join(parent, 'file', 'a')).begin(record)).rejects.toThrow(
      /file.a: expected a folder, got a file/,
    );
  });

  it.skipIf(process.platform !== 'linux')('says why, of a place in /proc', async () => {
    await expect(new RunFolder('/proc/simdgrad/run').begin(record)).rejects.toEqual(
      new InputError('/proc/simdgrad/run: no such file or folder'),
    );
  });

  it('is not the current folder by mistake', () => {
    expect(() => new RunFolder('')).toThrow(
      new InputError("folder of the run: expected a path, got ''"),
    );
  });

  it('does not write over a run, nor over a file that is named as one of its own', async () => {
    await beginAndEnd();
    await expect(folder.begin(record)).rejects.toEqual(
      new InputError(
        `--out ${path}: expected a new folder, got an interrupted run: choose another, ` +
          `or go on with simdgrad train --resume ${path}`,
      ),
    );
    put('model.json', '{}');
    await expect(folder.checkFree()).rejects.toThrow(/got a finished run/);
    rmSync(folder.file('options.json'));
    await expect(folder.checkFree()).rejects.toThrow(
      /expected a new folder, got one that holds model\.json: choose another$/,
    );
  });

  it('is given to one of two that begin at once', async () => {
    const other = new RunFolder(path);
    put(LOCK_FILE, `${hostname()} ${process.ppid} 1\n`);
    await expect(other.begin(record)).rejects.toThrow(/no other training writes to/);
    expect(existsSync(folder.file('options.json'))).toBe(false);
  });

  it('goes on with changes, unless the options changed meanwhile', async () => {
    await beginAndEnd();
    const more = { ...record, resumed: [{ epochs: 9 }] };
    await folder.goOn(record, more);
    await folder.release();
    expect(await folder.record()).toEqual(more);
    await expect(folder.goOn(record, record)).rejects.toThrow(/options\.json: changed while/);
  });

  it('writes nothing once it was removed or taken over', async () => {
    await folder.begin(record);
    await folder.write('history.json', '[]');
    rmSync(path, { recursive: true });
    await expect(folder.write('history.json', '[]')).rejects.toThrow(/the folder was removed/);
    expect(existsSync(path)).toBe(false);
    await expect(folder.checkComplete()).rejects.toThrow(/the folder was removed/);
  });

  it('is complete when all files are there', async () => {
    await folder.begin(record);
    await expect(folder.checkComplete()).rejects.toThrow(
      /without checkpoint\.safetensors, history/,
    );
    const names = ['history.json', 'history.csv', 'report.html', 'model.json'] as const;
    for (const name of names) await folder.write(name, '');
    await folder.write('checkpoint.safetensors', Uint8Array.of(1));
    await folder.write('model.safetensors', Uint8Array.of(1));
    await folder.checkComplete();
  });

  it('is no folder of a run where there are no options', async () => {
    const run = 'expected the folder of a run of simdgrad train';
    await expect(folder.record()).rejects.toEqual(
      new InputError(`${path}: ${run}, got no such folder`),
    );
    await expect(new RunFolder(parent).record()).rejects.toThrow(/got no options\.json in it/);
    writeFileSync(path, '');
    await expect(folder.record()).rejects.toThrow(/got a file$/);
    await expect(folder.checkFree()).rejects.toThrow(`${path}: expected a folder, got a file`);
  });

  it('removes what writes that were cut off left', async () => {
    await beginAndEnd();
    put('checkpoint.safetensors.123.tmp', 'half');
    put('mine.tmp', '');
    await folder.goOn(record, record);
    expect(readdirSync(path).sort()).toEqual(['mine.tmp', 'options.json', LOCK_FILE]);
  });
});

describe('readDetails', () => {
  const read = (details: unknown) => {
    put('model.json', typeof details === 'string' ? details : JSON.stringify({ details }));
    return readDetails(folder);
  };

  it('takes what there is', async () => {
    expect(await readDetails(folder)).toBeUndefined();
    for (const details of [{}, { inputShape: [3, 1] }, { mine: 5, mean: [0], std: [1] }]) {
      expect(await read(details)).toEqual(details);
    }
    expect(await read('{}')).toEqual({});
  });

  it('says what is damaged', async () => {
    const refused: [unknown, string][] = [
      [{ data: 5 }, 'data: expected text, got 5'],
      [{ testLoss: null }, 'testLoss: expected a finite number, got null'],
      [{ testAccuracy: 1.5 }, 'testAccuracy: expected a number from 0 to 1, got 1.5'],
      [{ epochs: -1 }, 'epochs: expected a count, got -1'],
      [{ classNames: 'abc' }, 'classNames: expected a list of names, got "abc"'],
      [{ classNames: [1] }, 'classNames: expected a list of names, got [1]'],
      [{ inputShape: [28, 0, 1] }, 'inputShape: expected positive integers whose product'],
      [{ inputShape: [1e5, 1e5, 3] }, 'inputShape: expected positive integers whose product'],
      [{ inputShape: 28 }, 'inputShape: expected positive integers whose product'],
      [
        { mean: [0.5, null], std: [1, 1] },
        'mean: expected a list of finite numbers, got [0.5,null]',
      ],
      [{ mean: ['0.5'], std: [1] }, 'mean: expected a list of finite numbers, got ["0.5"]'],
      [{ mean: [0.5], std: [0] }, 'std: expected a list of finite numbers above 0, got [0]'],
      [
        { mean: [0.5], std: [1, 1] },
        'mean, std: expected a number for each of 1 channels in both, got 1 and 2',
      ],
      [
        { mean: [0.5] },
        'mean, std: expected a number for each of 1 channels in both, got 1 and no numbers',
      ],
      [{ std: [0.5] }, 'mean, std: expected'],
      [
        { inputShape: [9, 3], mean: [0], std: [1] },
        'mean, std: expected a number for each of 3 channels in both, got 1',
      ],
      [
        '{"details": {"mean": [1e999], "std": [1]}}',
        'mean: expected a list of finite numbers, got [null]',
      ],
      [[5], 'expected an object, got [5]'],
      [7, 'expected an object, got 7'],
    ];
    for (const [details, message] of refused) {
      await expect(read(details), message).rejects.toThrow(`model.json: details: ${message}`);
      await expect(read(details), message).rejects.toThrow(InputError);
    }
    await expect(read('<html>')).rejects.toThrow('model.json: expected JSON');
    const long = read({ classNames: new Array<number>(1e5).fill(7) });
    await expect(long).rejects.toThrow(/^.{0,400}$/);
  });

  it('is all that simdgrad train writes, where that is needed', () => {
    expect(() => completeDetails(folder, { data: 'x' })).toThrow(
      'details: model: expected what simdgrad train writes, got nothing',
    );
  });
});

describe('readHistory', () => {
  const epoch = { epoch: 1, loss: 0.5, seconds: 1, samplesPerSecond: 2 };

  it('is empty before the first epoch', async () => {
    expect(await readHistory(folder)).toEqual([]);
    put('history.json', JSON.stringify([epoch]));
    expect(await readHistory(folder)).toEqual([epoch]);
    expect(readFileSync(join(path, 'history.json'), 'utf8')).toContain('0.5');
  });

  it.each([
    ['{}', 'expected a list of epochs, got {}'],
    ['[5]', 'epoch 1: expected an object, got 5'],
    ['[{"epoch": 1}]', 'epoch 1: loss: expected a finite number, got nothing'],
    [
      JSON.stringify([epoch, { ...epoch, validationLoss: NaN }]),
      'epoch 2: validationLoss: expected a finite number, got null',
    ],
    [
      JSON.stringify([{ ...epoch, loss: '0.5' }]),
      'epoch 1: loss: expected a finite number, got "0.5"',
    ],
  ])('refuses %s', async (text, message) => {
    put('history.json', text);
    await expect(readHistory(folder)).rejects.toThrow(`history.json: ${message}`);
  });
});

describe('checkWritable', () => {
  it('fails before the work where the result could not be written', async () => {
    await checkWritable('--json', join(parent, 'new.json'));
    await expect(checkWritable('--json', parent)).rejects.toThrow(/expected a file, got a folder/);
    await expect(checkWritable('--json', join(path, 'a.json'))).rejects.toThrow(
      /a\.json: no such file or folder/,
    );
    await expect(checkWritable('--json', '')).rejects.toThrow("--json: expected a path, got ''");
  });

  it.skipIf(process.getuid?.() === 0)('sees that it may not (skipped: root may)', async () => {
    chmodSync(parent, 0o500);
    await expect(checkWritable('--json', join(parent, 'a'))).rejects.toThrow(/permission denied/);
  });
});

describe('paths', () => {
  it('has the data, the model and the time in its default name', () => {
    const now = new Date(2025, 10, 3, 4, 5, 6);
    expect(defaultRunPath('mnist', 'lenet', now)).toBe('runs/mnist-lenet-20251103-040506');
  });

  it('compares places, not spellings', () => {
    expect(samePath('runs/a', './runs/b/../a/')).toBe(true);
    expect(samePath('runs/a', 'runs/b')).toBe(false);
  });
});

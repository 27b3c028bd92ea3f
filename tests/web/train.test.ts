import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { strokes } from '../../src/index.js';
import { describeInBrowser, expectWellMade } from './support.js';

const SETTINGS = 'optimizer=adam&trainSize=2500&testSize=400&lr=0.003&epochs=3&seed=7';
const ADDRESS = `#/train?${SETTINGS}`;
const COMMAND =
  '--data strokes --model lenet --train-size 2500 --test-size 400 --epochs 3 --batch-size 32 ' +
  '--optimizer adam --lr 0.003 --seed 7';

describeInBrowser('Train', (open) => {
  let expected: { weightsSha256: string; testAccuracy: number };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simdgrad-web-'));
    const args = ['dist/cli.js', 'train', ...COMMAND.split(' '), '--out', join(folder, 'run')];
    const { stdout } = await promisify(execFile)('node', [...args, '--json', '-']);
    expected = JSON.parse(stdout) as typeof expected;
    await rm(folder, { recursive: true });
  });

  test('trains by one click to the bits of the command, and shows how', async () => {
    const { page, problems } = await open(ADDRESS);
    await button(page, 'Train').click();
    await page.getByText('Finished.').waitFor({ timeout: 90_000 });
    expect(await sha256(page)).toBe(expected.weightsSha256);
    expect(expected.testAccuracy).toBeGreaterThan(0.95);
    expect(await tile(page, 'accuracy on held-out samples')).toBe(
      `${(100 * expected.testAccuracy).toFixed(1)}%`,
    );
    expect(await page.locator('.command code').textContent()).toBe(`npx simdgrad train ${COMMAND}`);
    expect(await page.locator('.filters canvas').count()).toBe(8);
    expect(await page.locator('.confusion td.right').count()).toBe(10);
    await expectWellMade(page, 'train');
    expect(problems).toEqual([]);
  });

  test('pauses, does single steps and goes on, in two threads, to the same bits', async () => {
    const { page, problems } = await open(ADDRESS);
    await page.getByLabel('Threads').selectOption('2');
    await button(page, 'One step').click();
    await page.getByText('Paused: Epoch 1 of 3, step 1 of 79').waitFor();
    await button(page, 'One step').click();
    await page.getByText('Paused: Epoch 1 of 3, step 2 of 79').waitFor();
    await button(page, 'Go on').click();
    await page.getByText(/^Epoch 2 of 3/).waitFor();
    await button(page, 'Pause').click();
    await page.getByText(/^Paused: Epoch/).waitFor();
    expect(await sha256(page)).toMatch(/^[0-9a-f]{64}$/);
    await button(page, 'Go on').click();
    await page.getByText('Finished.').waitFor({ timeout: 90_000 });
    expect(await sha256(page)).toBe(expected.weightsSha256);
    expect(problems).toEqual([]);
  });

  test('survives a reload and ends with the same bits', async () => {
    const { page, problems } = await open(ADDRESS);
    await button(page, 'One step').click();
    await page.getByText('Paused: Epoch 1 of 3, step 1 of 79').waitFor();
    await button(page, 'Go on').click();
    await page.getByText(/^Epoch 2 of 3, step [1-9]/).waitFor();
    await button(page, 'Pause').click();
    await page.getByText(/^Paused: Epoch 2/).waitFor();
    await page.reload();
    await button(page, 'Go on with it').click();
    await page.getByText('Finished.').waitFor({ timeout: 90_000 });
    expect(await sha256(page)).toBe(expected.weightsSha256);
    await page.reload();
    await button(page, 'Train').waitFor();
    expect(await button(page, 'Go on with it').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('marks the layer that cannot be with the sentence of the library, and mends it', async () => {
    const { page } = await open(ADDRESS);
    await button(page, 'Remove layer 7, Flatten').click();
    const fault = page.locator('.layer.wrong');
    await fault.getByText('crossEntropy: labels: expected shape [1,7,7], got [1]').waitFor();
    expect(await button(page, 'Train').isDisabled()).toBe(true);
    await fault.getByRole('button', { name: 'End with 10 outputs' }).click();
    await fault.waitFor({ state: 'detached' });
    expect(await button(page, 'Train').isEnabled()).toBe(true);
    await page.getByLabel('size: layer 3, Max pooling').fill('30');
    await page.getByLabel('size: layer 3, Max pooling').blur();
    await page
      .locator('.layer.wrong')
      .getByText('maxPool2d: height: expected at least 30')
      .waitFor();
    await button(page, 'Remove this layer').click();
    await fault.waitFor({ state: 'detached' });
    expect(page.url()).toContain('layers=');
    await page.reload();
    await page.getByText('28 × 28 × 16').first().waitFor();
  });

  test('takes MNIST files; a file of another kind changes nothing', async () => {
    const { page } = await open(ADDRESS);
    await page.getByText('2,500 to learn from').waitFor();
    const files = page.locator('input[type=file]').first();
    const buffer = Buffer.from('this is no picture');
    await files.setInputFiles([{ name: 'notes.bin', mimeType: '', buffer }]);
    await page.getByRole('alert').getByText('FormatError: ').waitFor();
    expect(await page.getByText('2,500 to learn from').count()).toBe(1);
    await files.setInputFiles(idxFiles());
    await page.getByText('50 to learn from, 10 held out').waitFor();
    await page.getByLabel('Epochs').fill('1');
    await button(page, 'Train').click();
    await page.getByText('Finished.').waitFor();
    await button(page, 'Back to the drawn digits').click();
    await page.getByText('2,500 to learn from').waitFor();
  });

  test('saves the network and opens it again', async () => {
    const { page } = await open('#/train?trainSize=200&testSize=100&epochs=1');
    await button(page, 'Depthwise').click();
    await button(page, 'Train').click();
    await page.getByText('Finished.').waitFor();
    const downloads: string[] = [];
    page.on('download', (download) => {
      const isWeights = download.suggestedFilename() === 'model.safetensors';
      void download.path().then((path) => {
        downloads[Number(isWeights)] = path;
      });
    });
    await button(page, 'Save').click();
    await expect.poll(() => downloads.filter(Boolean).length).toBe(2);
    const [json, weights] = downloads.map((path) => readFileSync(path));
    await page.reload();
    await button(page, 'Train').waitFor();
    await page.locator('input[accept]').setInputFiles([
      { name: 'model.json', mimeType: '', buffer: json! },
      { name: 'model.safetensors', mimeType: '', buffer: weights! },
    ]);
    await page.getByText('model.json is open').waitFor();
    await page.locator('.layer', { hasText: 'Global average' }).waitFor();
    await button(page, 'Train').click();
    await page.getByText('Finished.').waitFor();
  });
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

const sha256 = (page: Page) => page.locator('.sha code').textContent();

const tile = (page: Page, name: string) =>
  page.locator('.tiles-row div', { hasText: name }).locator('dd').textContent();

/** Sixty digits as a pair of IDX files. */
function idxFiles() {
  const data = strokes({ count: 60, seed: 3 });
  const pictures = Array.from({ length: 60 }, (_, i) => [...data.raw(i)]).flat();
  const header = (...sizes: number[]) => [0, 0, 8, sizes.length, ...sizes.flatMap(bytesOf)];
  const file = (name: string, bytes: number[]) => ({
    name,
    mimeType: '',
    buffer: Buffer.from(bytes),
  });
  return [
    file('train-images-idx3-ubyte', [...header(60, 28, 28), ...pictures]),
    file('train-labels-idx1-ubyte', [...header(60), ...data.labels]),
  ];
}

const bytesOf = (size: number) => [0, 0, size >> 8, size & 255];

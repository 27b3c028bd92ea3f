// Models of other libraries, by the command.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encode } from 'fast-png';
import { dataDir, describeWithData } from '../data/support.js';
import { at, simdgrad, trainReference } from './command.js';

trainReference();

it('a run becomes ONNX, which predicts alike and is measured', async () => {
  const data = Uint8Array.from({ length: 28 * 28 }, (_, i) =>
    i % 28 > 12 && i % 28 < 16 ? 255 : 0,
  );
  writeFileSync(at('one.png'), encode({ width: 28, height: 28, channels: 1, data }));
  const converted = await simdgrad('convert', 'reference', 'reference.onnx');
  expect(converted).toMatchObject({ code: 0, stdout: '' });
  expect(converted.stderr).toMatch(/^reference\.onnx: \d+\.\d KB\n$/);
  const { mean, std } = JSON.parse(readFileSync(at('reference/model.json'), 'utf8')).details as {
    mean: number[];
    std: number[];
  };
  const norm = ['--mean', String(mean), '--std', String(std), '--top', '2', '--json'];
  const outcomes = [
    await simdgrad('predict', 'reference', 'one.png', '--top', '2', '--json'),
    await simdgrad('predict', 'reference.onnx', 'one.png', ...norm),
  ];
  const [ours, theirs] = outcomes.map(
    ({ stdout }) =>
      (JSON.parse(stdout) as { top: { class: string; probability: number }[] }[])[0]!.top,
  );
  expect(theirs).toHaveLength(2);
  theirs!.forEach(({ class: name, probability }, i) => {
    expect(name).toBe(ours![i]!.class);
    expect(probability).toBeCloseTo(ours![i]!.probability, 4);
  });
  const inspected = await simdgrad('inspect', 'reference.onnx');
  expect(inspected.stdout).toMatch(/^ONNX, \d+\.\d KB\ninput input \[\?, 1, 28, 28\] float32\n/);
  expect(inspected.stdout).toMatch(/Conv +2\n[^]*\d+ multiply-adds\nmemory of the values \d+/);
  const bench = await simdgrad('bench', 'reference.onnx', '--json', '-');
  expect(JSON.parse(bench.stdout)).toMatchObject({
    inputs: { input: [1, 1, 28, 28] },
    latencyMs: { p50: expect.any(Number) },
    memory: { sessionBytes: expect.any(Number) },
  });
});

it('says what cannot be converted', async () => {
  const [folder, format, torch] = [
    await simdgrad('convert', 'reference.onnx', 'folder'),
    await simdgrad('convert', 'reference', 'reference.pb'),
    await simdgrad('convert', 'reference', 'reference.onnx', '--torch'),
  ];
  expect(folder.stderr).toMatch(/reference\.onnx: expected a model of layers of this library/);
  expect(format.stderr).toMatch(/convert: expected a file \.onnx or \.safetensors to write/);
  expect(torch.stderr).toMatch(/--torch: expected a \.safetensors file to write/);
  expect([folder.code, format.code, torch.code]).toEqual([2, 2, 2]);
});

describeWithData('real-models/mobilenet-v1-0.25-224', () => {
  it('a MobileNet of TFLite says what is in a photograph, also as ONNX of half the size', async () => {
    const model = `${dataDir}real-models/mobilenet-v1-0.25-224/model.tflite`;
    writeFileSync(
      at('classes.txt'),
      Array.from({ length: 1001 }, (_, i) => `class ${i}`).join('\n'),
    );
    const picture = [`${dataDir}images/kitten_224.png`, '--mean', '0.5', '--std', '0.5'];
    const labels = ['--labels', 'classes.txt', '--top', '2'];
    const said = await simdgrad('predict', model, ...picture, ...labels);
    expect(said.stdout).toMatch(/: class 282 {2}\(class 282 59\.2%, class 286 20\.9%\)\n$/);
    await simdgrad('convert', model, 'half.onnx', '--float16');
    const half = await simdgrad('predict', 'half.onnx', ...picture, ...labels);
    expect(half.stdout).toMatch(/: class 282 {2}\(class 282 5[89]\.\d%, class 286 2[01]\.\d%\)\n$/);
  });
});

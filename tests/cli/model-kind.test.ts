import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findModel } from '../../src/cli/model-kind.js';
import { dataDir, describeWithData } from '../data/support.js';

const folder = mkdtempSync(join(tmpdir(), 'simdgrad-kind-'));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, bytes: string) => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(bytes, 'latin1'));
  return path;
};

describe('the kind of a model', () => {
  it.each([
    ['net.onnx', '\x08\x08\x12\x07pytorch', 'onnx'],
    ['net.tflite', '\x1c\0\0\0TFL3\x14\0', 'tflite'],
    ['model.json', '{"format": "layers-model", "modelTopology": {}}', 'tfjs'],
    ['manifest.json', '[{"weights": [], "paths": []}]', 'tfjs'],
    ['net.safetensors', '\x4a\0\0\0\0\0\0\0{"a":{"dtype"', 'safetensors'],
    ['net.pth', 'PK\x03\x04\0\0\x08\x08archive/data.pkl', 'torch'],
    ['old.pth', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.', 'torch'],
  ])('%s is known by its bytes', async (name, bytes, kind) => {
    const file = put(name, bytes);
    expect(await findModel(file)).toEqual({ kind, file });
  });

  it('in a folder is that of its model.json', async () => {
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
    for (const made of [ours, theirs]) mkdirSync(made);
    writeFileSync(join(ours, 'model.json'), '{"format": "simdgrad-model", "version": 1}');
    writeFileSync(join(theirs, 'model.json'), '{"modelTopology": {}, "weightsManifest": []}');
    expect(await findModel(ours)).toEqual({ kind: 'simdgrad', file: ours });
    expect(await findModel(join(ours, 'model.json'))).toEqual({ kind: 'simdgrad', file: ours });
    const file = join(theirs, 'model.json');
    expect(await findModel(theirs)).toEqual({ kind: 'tfjs', file });
    expect(await findModel(file)).toEqual({ kind: 'tfjs', file });
  });

  it('is said by the errors of a folder where there is nothing, or a run without a model', async () => {
    for (const path of ['', join(folder, 'missing'), folder]) {
      if (path === folder) rmSync(join(folder, 'model.json'), { force: true });
      expect(await findModel(path)).toEqual({ kind: 'simdgrad', file: path });
    }
  });

  it.each([
    ['page.html', '<!doctype html><p>404', /expected a folder .* ONNX, .*got an HTML page/],
    ['photo.png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', /got a PNG picture/],
    ['empty.onnx', '', /got an empty file/],
    ['net.h5', '\x89HDF\r\n\x1a\n\0', /got a Keras file in HDF5: convert it/],
    [
      'net.keras',
      `PK\x03\x04${'\0'.repeat(26)}metadata.json{`,
      /got a Keras file: convert it with tensorflowjs_converter/,
    ],
  ])('%s is none', async (name, bytes, message) => {
    await expect(findModel(put(name, bytes))).rejects.toThrow(message);
  });
});

describeWithData('real-models', () => {
  it.each([
    ['mobilenet-v1-0.25-224/model.tflite', 'tflite'],
    ['mediapipe-face-landmark/model.onnx', 'onnx'],
    ['ppocr-v2-cls/model.onnx', 'onnx'],
    ['human-emotion', 'tfjs'],
    ['face-api-expression/face_expression_model-weights_manifest.json', 'tfjs'],
    ['fastestdet/fastestdet.pth', 'torch'],
  ])('%s', async (path, kind) => {
    const file = `${dataDir}real-models/${path}`;
    expect(existsSync(file)).toBe(true);
    expect((await findModel(file)).kind).toBe(kind);
  });
});

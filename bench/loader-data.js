// The data sets of bench/loader.ts; as the script of a worker it serves the one that LOADER_DATA names.
import { isMainThread } from 'node:worker_threads';
import { Dataset } from '../dist/data.js';
import { serveBatches } from '../dist/worker.js';

const SHAPES = { lenet: [28, 28, 1], cifar: [32, 32, 3] };

/** Mirrors every other picture and shifts all by up to four pixels each way. */
function shifted([height, width, channels]) {
  const row = width * channels;
  return (sample, random) => {
    const mirrored = random.integer(2) === 1;
    const [dx, dy] = [random.integer(9) - 4, random.integer(9) - 4];
    const result = new Float32Array(sample.length);
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
        const from = (y + dy) * row + (mirrored ? width - 1 - x - dx : x + dx) * channels;
        for (let c = 0; c < channels; c++) {
          result[y * row + x * channels + c] = sample[from + c];
        }
      }
    }
    return result;
  };
}

/** Turns pictures by up to 15 degrees, with bilinear interpolation. */
function turned([height, width, channels]) {
  const row = width * channels;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  return (sample, random) => {
    const angle = (random.uniform(-1, 1) * Math.PI) / 12;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const result = new Float32Array(sample.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const fromX = middleX + cos * (x - middleX) + sin * (y - middleY);
        const fromY = middleY - sin * (x - middleX) + cos * (y - middleY);
        if (fromX < 0 || fromY < 0 || fromX >= width - 1 || fromY >= height - 1) continue;
        const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
        const [right, down] = [fromX - left, fromY - top];
        for (let c = 0; c < channels; c++) {
          const i = top * row + left * channels + c;
          const above = sample[i] + right * (sample[i + channels] - sample[i]);
          const below = sample[i + row] + right * (sample[i + row + channels] - sample[i + row]);
          result[y * row + x * channels + c] = above + down * (below - above);
        }
      }
    }
    return result;
  };
}

const MAPS = { shifted, turned };

/** Pictures for a model, of bytes that mean nothing, augmented or not. */
export function makeData(model, count, map) {
  const inputShape = SHAPES[model];
  const size = inputShape.reduce((product, n) => product * n);
  const data = new Dataset({
    inputs: Uint8Array.from({ length: count * size }, (_, i) => (i * 2654435761) >>> 24),
    inputShape,
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    classNames: Array.from({ length: 10 }, (_, i) => String(i)),
  }).normalise({ mean: 0.5, std: 0.25 });
  return map ? data.map(MAPS[map](inputShape)) : data;
}

if (!isMainThread) serveBatches(makeData(...JSON.parse(process.env.LOADER_DATA)));

// A request with a PNG picture of a digit in, what the model takes it for out: the same for all servers.

import { decode } from 'fast-png';
import { scope, softmax, tensor } from 'simdgrad';

const SIZE = 28;
const MAX_SIDE = 1024;

/** @returns {(request: Request) => Promise<Response>} */
export function createHandler(model) {
  return async (request) => {
    if (request.method !== 'POST') {
      return Response.json(
        { error: 'expected a POST with a PNG picture' },
        { status: 405, headers: { allow: 'POST' } },
      );
    }
    try {
      const picture = digitPicture(new Uint8Array(await request.arrayBuffer()));
      return Response.json(classify(model, picture));
    } catch (error) {
      return Response.json({ error: String(error?.message ?? error) }, { status: 400 });
    }
  };
}

/** @returns {{ digit: number, probabilities: number[] }} */
function classify(model, picture) {
  const probabilities = scope(() => {
    const logits = model.predict(tensor(picture, [1, SIZE, SIZE, 1]));
    return Array.from(softmax(logits).data());
  });
  return { digit: probabilities.indexOf(Math.max(...probabilities)), probabilities };
}

/** What the model has learned: 28x28 values in 0..1, bright ink on a dark ground. */
function digitPicture(png) {
  checkSize(png);
  const { width, height, channels, depth, data } = decode(png);
  if (depth !== 8) throw new Error(`expected a PNG of 8 bits a channel, got ${depth}`);
  const grey = new Float32Array(width * height);
  grey.forEach((_, i) => {
    const [r, g, b] = channels < 3 ? [0, 0, 0] : [0, 1, 2];
    const at = i * channels;
    grey[i] = (0.299 * data[at + r] + 0.587 * data[at + g] + 0.114 * data[at + b]) / 255;
  });
  const shrunk = resize(grey, width, height);
  // Dark ink on a bright ground: the corner shows the ground.
  return shrunk[0] > 0.5 ? shrunk.map((value) => 1 - value) : shrunk;
}

/** The size stands in the header: a few bytes may claim gigabytes of pixels. */
function checkSize(png) {
  if (png.length < 24) throw new Error(`expected a PNG picture, got ${png.length} bytes`);
  const header = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (width <= MAX_SIDE && height <= MAX_SIDE) return;
  throw new Error(
    `expected a PNG picture of at most ${MAX_SIDE}x${MAX_SIDE}, got ${width}x${height}`,
  );
}

/** Each pixel of the result is the mean of those that it covers. */
function resize(pixels, width, height) {
  const span = (i, size) => {
    const from = Math.floor((i * size) / SIZE);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * size) / SIZE))];
  };
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [top, bottom] = span(Math.floor(i / SIZE), height);
    const [left, right] = span(i % SIZE, width);
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) sum += pixels[y * width + x];
    }
    return sum / ((bottom - top) * (right - left));
  });
}

import { SIDE } from './network.js';

/** The height that a digit is scaled to, as in the training pictures. */
const BOX = 20;

interface Ink {
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  readonly centre: readonly [x: number, y: number];
}

/** Where the ink of a drawing is; undefined where there is none. */
function inkOf({ data, width, height }: ImageData): Ink | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  let [sumX, sumY, sum] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const ink = data[4 * i + 3]!;
    if (ink === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    sumX += ink * x;
    sumY += ink * y;
    sum += ink;
  }
  return sum === 0
    ? undefined
    : { box: [left, top, right, bottom], centre: [sumX / sum, sumY / sum] };
}

/** The drawing as the network has learned digits: 28 by 28, white on black, 20 high, its centre of mass in the middle. */
export function pictureOf(canvas: HTMLCanvasElement): Uint8Array | undefined {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const ink = inkOf(context.getImageData(0, 0, canvas.width, canvas.height));
  if (!ink) return undefined;
  const [left, top, right, bottom] = ink.box;
  const scale = BOX / Math.max(right - left, bottom - top);
  const small = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
  const target = small.getContext('2d', { willReadFrequently: true })!;
  target.imageSmoothingQuality = 'high';
  target.translate(SIDE / 2, SIDE / 2);
  target.scale(scale, scale);
  target.drawImage(canvas, -ink.centre[0], -ink.centre[1]);
  const { data } = target.getImageData(0, 0, SIDE, SIDE);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]!);
}

/** Puts a picture of the data set onto the pad. */
export function putPicture(canvas: HTMLCanvasElement, picture: ArrayLike<number>): void {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < picture.length; i++) image.data.set([255, 255, 255, picture[i]!], 4 * i);
  const small = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
  small.getContext('2d')!.putImageData(image, 0, 0);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

// A canvas to draw a digit on, and the digit as the network has learned them: 28x28, white on black, 20 pixels high.

export const SIZE = 28;
const BOX = 20;
const PEN = 20;

/**
 * Calls `onPicture` whenever the drawing changed, with 28x28 bytes, or with nothing after it was cleared.
 * @returns a function that calls it again with the same drawing
 */
export function listenToPad(canvas, clearButton, onPicture) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  Object.assign(context, { strokeStyle: '#fff', lineWidth: PEN, lineCap: 'round' });
  const report = () => onPicture(pictureOf(canvas, context));
  let last;
  const place = ({ offsetX, offsetY }) => [
    (offsetX * canvas.width) / canvas.clientWidth,
    (offsetY * canvas.height) / canvas.clientHeight,
  ];
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    canvas.onpointermove(event);
  };
  canvas.onpointermove = (event) => {
    if (!last) return;
    const next = place(event);
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(...next);
    context.stroke();
    last = next;
    report();
  };
  canvas.onpointerup = canvas.onpointercancel = () => (last = undefined);
  clearButton.onclick = () => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    report();
  };
  return report;
}

/** The ink, scaled to 20 pixels with its centre of mass in the middle; undefined where there is none. */
function pictureOf(canvas, context) {
  const { width, height } = canvas;
  const { data } = context.getImageData(0, 0, width, height);
  let [left, right, top, bottom] = [width, 0, height, 0];
  let [sumX, sumY, sum] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const ink = data[4 * i + 3];
    if (ink === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    sumX += ink * x;
    sumY += ink * y;
    sum += ink;
  }
  if (sum === 0) return undefined;
  const scale = BOX / Math.max(right - left, bottom - top);
  const small = new OffscreenCanvas(SIZE, SIZE).getContext('2d');
  small.imageSmoothingQuality = 'high';
  small.translate(SIZE / 2, SIZE / 2);
  small.scale(scale, scale);
  small.drawImage(canvas, -sumX / sum, -sumY / sum);
  const pixels = small.getImageData(0, 0, SIZE, SIZE).data;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => pixels[4 * i + 3]);
}

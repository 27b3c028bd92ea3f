import { learnDigits } from './digits.js';

const SIZE = 28;

/** Shows what was learned, or why nothing was. */
export async function showDigits(options) {
  try {
    const { guesses, images, weights, capabilities } = await learnDigits(options);
    draw(images);
    show('guesses', guesses.join(' '));
    show('threads', [capabilities.threads, ...capabilities.reasons].join('; '));
    show('weights', weights);
  } catch (error) {
    show('error', String(error));
  }
}

function show(id, text) {
  document.getElementById(id).textContent = text;
}

function draw(images) {
  const canvas = document.getElementById('digits');
  canvas.width = SIZE * images.length;
  canvas.height = SIZE;
  const context = canvas.getContext('2d');
  images.forEach((grey, i) => {
    const pixels = context.createImageData(SIZE, SIZE);
    grey.forEach((value, at) => pixels.data.set([value, value, value, 255], 4 * at));
    context.putImageData(pixels, SIZE * i, 0);
  });
}

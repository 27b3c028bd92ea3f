// The worked examples of a lecture on convolutional networks, computed by the library.
// `npm run build:wasm` once, then `npm run lecture`.
import { readFileSync } from 'node:fs';
import { init } from '../src/index.js';
import { classification } from './lecture/classification.js';
import { threeDimensional } from './lecture/colours.js';
import { learning } from './lecture/learning.js';
import { wholeNetwork } from './lecture/network.js';
import { oneDimensional } from './lecture/one-dimensional.js';
import { twoDimensional } from './lecture/pictures.js';
import { maxPooling } from './lecture/pooling.js';
import { chapterText } from './lecture/print.js';
import { regression } from './lecture/regression.js';

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });

const chapters = [
  oneDimensional,
  twoDimensional,
  threeDimensional,
  maxPooling,
  wholeNetwork,
  regression,
  classification,
  learning,
];

chapters.forEach((chapter, i) => console.log(chapterText(chapter(), i + 1)));

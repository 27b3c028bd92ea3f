// The training data of the program, augmented in a worker.
import { strokes } from './node_modules/simdgrad/dist/data.js';
import { serveBatches } from './node_modules/simdgrad/dist/worker.js';
import { augment, digits } from './program.js';

serveBatches(digits(strokes)[0].map(augment));

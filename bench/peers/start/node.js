import { done, image } from './shared.js';

done(image.subarray(0, 10));

import { maxPool1d } from '../../src/index.js';
import { golden } from '../support/golden.js';
import { SHAPES_1D, testGolden, testGradient, testShapes } from '../support/pool-op.js';
import { dilationErrors1d, testErrors1d } from '../support/pool-op-errors.js';

testGolden(golden('pool1d').maxPool1d, 0, (x, c) => {
  const { stride, padding, ceilMode, dilation } = c;
  return maxPool1d(x, c.kernelSize, { stride, padding, ceilMode, dilation });
});

testGradient([2, 9, 3], (x) => maxPool1d(x, 3, { stride: 2, padding: 1 }));

testShapes(maxPool1d, [
  ...SHAPES_1D,
  { x: [1, 7, 1], kernel: 3, options: { stride: 1, dilation: 2 }, y: [1, 3, 1] },
]);

testErrors1d('maxPool1d', maxPool1d, dilationErrors1d('maxPool1d', maxPool1d));

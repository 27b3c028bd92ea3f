import { avgPool1d, avgPool2d } from '../../src/index.js';
import { golden } from '../support/golden.js';
import { SHAPES_1D, SHAPES_2D, testGolden, testGradient, testShapes } from '../support/pool-op.js';
import { testErrors1d, testErrors2d } from '../support/pool-op-errors.js';

testGolden(golden('pool1d').avgPool1d, 3e-7, (x, c) => {
  const { stride, padding, ceilMode, countIncludePad } = c;
  return avgPool1d(x, c.kernelSize, { stride, padding, ceilMode, countIncludePad });
});

testGolden(golden('pool2d').avgPool2d, 3e-7, (x, c) => {
  const { stride, padding, ceilMode, countIncludePad } = c;
  return avgPool2d(x, c.kernelSize, { stride, padding, ceilMode, countIncludePad });
});

testGradient([2, 6, 5, 3], (x) => avgPool2d(x, [3, 2], { stride: [2, 1], padding: 1 }));

testGradient([2, 9, 3], (x) => avgPool1d(x, 3, { stride: 2, padding: 1 }));

testShapes(avgPool1d, SHAPES_1D);

testShapes(avgPool2d, SHAPES_2D);

testErrors1d('avgPool1d', avgPool1d);

testErrors2d('avgPool2d', avgPool2d);

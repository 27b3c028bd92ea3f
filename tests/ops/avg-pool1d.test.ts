import { avgPool1d } from '../../src/index.js';
import { golden } from '../support/golden.js';
import { SHAPES_1D, testGolden, testGradient, testShapes } from '../support/pool-op.js';
import { testErrors1d } from '../support/pool-op-errors.js';

testGolden(golden('pool1d').avgPool1d, 3e-7, (x, c) => {
  const { stride, padding, ceilMode, countIncludePad } = c;
  return avgPool1d(x, c.kernelSize, { stride, padding, ceilMode, countIncludePad });
});

testGradient([2, 9, 3], (x) => avgPool1d(x, 3, { stride: 2, padding: 1 }));

testShapes(avgPool1d, SHAPES_1D);

testErrors1d('avgPool1d', avgPool1d);

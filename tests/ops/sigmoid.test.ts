import { sigmoid } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';

testActivation('sigmoid', sigmoid, 2e-7);

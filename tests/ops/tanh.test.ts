import { tanh } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';

testActivation('tanh', tanh, 2e-7);

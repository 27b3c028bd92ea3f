import { silu } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';

testActivation('silu', silu, 2e-7);

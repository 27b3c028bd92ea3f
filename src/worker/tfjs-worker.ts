// The script that `createModelWorker` starts for a TensorFlow.js model.
import { loadTfjs } from '../tfjs/index.js';
import { serve } from './serve-model.js';

serve('simdgrad/tfjs-worker.js', [], {}, { tfjs: loadTfjs });

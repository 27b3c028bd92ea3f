// The script that `createModelWorker` starts.
import { serve } from './serve-model.js';

serve('simdgrad/model-worker.js', []);

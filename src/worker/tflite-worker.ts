// The script that `createModelWorker` starts for a TFLite model.
import { loadTflite } from '../tflite/index.js';
import { serve } from './serve-model.js';

serve('simdgrad/tflite-worker.js', [], {}, { tflite: loadTflite });

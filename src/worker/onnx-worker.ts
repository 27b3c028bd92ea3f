// The script that `createModelWorker` starts for an ONNX model.
import { loadOnnx } from '../onnx/index.js';
import { serve } from './serve-model.js';

serve('simdgrad/onnx-worker.js', [], {}, { onnx: loadOnnx });

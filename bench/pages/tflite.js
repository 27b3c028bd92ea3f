export { loadTflite } from 'simdgrad/tflite';

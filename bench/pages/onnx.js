export { loadOnnx } from 'simdgrad/onnx';

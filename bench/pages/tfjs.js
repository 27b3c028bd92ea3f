export { loadTfjs } from 'simdgrad/tfjs';

// workerd: the package's entry for it imports the kernels, since code may not be compiled from bytes. The relaxed ones
// have to be given. A request's query holds the options.
import * as simdgrad from 'simdgrad';
import simd from 'simdgrad/kernels.wasm';
import relaxed from 'simdgrad/kernels-relaxed.wasm';
import { trainAndPredict } from './program.js';

export default {
  async fetch(request) {
    const options = JSON.parse(new URL(request.url).searchParams.get('options'));
    if (options.init.variant === 'auto') options.init.source = { simd, relaxed };
    return Response.json(await trainAndPredict(simdgrad, options));
  },
};

// workerd: the kernels are imported, since code may not be compiled from bytes; a request's query holds the options.
import * as simdgrad from 'simdgrad';
import source from 'simdgrad/kernels.wasm';
import { trainAndPredict } from './program.js';

export default {
  async fetch(request) {
    const { init, ...options } = JSON.parse(new URL(request.url).searchParams.get('options'));
    const answer = await trainAndPredict(simdgrad, { ...options, init: { ...init, source } });
    return Response.json(answer);
  },
};

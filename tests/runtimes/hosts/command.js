// Node, Deno and Bun: the options as JSON on the command line, the answer on the standard output.
import * as simdgrad from 'simdgrad';
import { trainAndPredict } from './program.js';

const answer = await trainAndPredict(simdgrad, JSON.parse(process.argv[2]));
console.log(JSON.stringify(answer));

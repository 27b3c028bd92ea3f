// The script that `createModelWorker` starts in Node.
import { parentPort } from 'node:worker_threads';
import { ModelServer } from '../worker/server.js';

const server = new ModelServer((response, transfer) =>
  parentPort!.postMessage(response, transfer as ArrayBuffer[]),
);
parentPort!.on('message', (request) => void server.receive(request));

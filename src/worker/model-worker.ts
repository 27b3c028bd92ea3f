// The script that `createModelWorker` starts.
import { findPort } from '../runtime/worker-port.js';
import { type Request, UNREADABLE } from './messages.js';
import { ModelServer } from './server.js';

const port = findPort('simdgrad/model-worker.js');
const server = new ModelServer((response, transfer) => port.postMessage(response, transfer));
port.onMessage(
  (request) => void server.receive(request as Request),
  () => port.postMessage({ type: UNREADABLE }),
);

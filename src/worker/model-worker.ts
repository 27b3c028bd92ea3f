// The script that `createModelWorker` starts where workers are the Web's: browsers, Deno, Bun.
import type { Request } from './messages.js';
import { ModelServer } from './server.js';

const server = new ModelServer((response, transfer) => self.postMessage(response, { transfer }));
self.onmessage = ({ data }: MessageEvent<Request>) => void server.receive(data);

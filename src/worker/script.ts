import { checkMethods } from '../check.js';
import {
  isForNode,
  startNodeThread,
  webThread,
  type WorkerThread,
} from '../runtime/worker-thread.js';
import { isUrl } from './check-calls.js';

/** @throws TypeError for what is no script of a worker */
export function checkScript(op: string, script: URL | Worker): void {
  if (isUrl(script)) return;
  const methods = ['addEventListener', 'postMessage', 'terminate'];
  checkMethods(op, 'script', script, 'a URL or a Worker of the web', methods);
}

/** Starts a user's script, unless it is a worker already. @param name of the worker, for tools */
export function startScript(script: URL | Worker, name: string): WorkerThread {
  if (!isUrl(script)) return webThread(script);
  if (isForNode(() => script)) return startNodeThread(script);
  return webThread(new Worker(script, { type: 'module', name }));
}

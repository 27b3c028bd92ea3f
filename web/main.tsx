import { render } from 'preact';
import { App } from './shell/app.js';
import { NoWasm } from './shell/no-wasm.js';
import { canRunKernels } from './shell/support.js';

const place = document.getElementById('app')!;
render(canRunKernels() ? <App /> : <NoWasm />, place);

// Without a service worker the page works, but not offline.
if ('serviceWorker' in navigator) {
  navigator.serviceWorker
    .register(new URL('./service-worker.js', import.meta.url))
    .catch(() => undefined);
}

// Keeps all files of the page, so that it works without a network after the first load. FILES and VERSION are filled in
// by scripts/build-web.js: other files are another version, which takes over as soon as it is complete.

/* global FILES, VERSION, self, caches, fetch */

const CACHE = `simdgrad-${VERSION}`;
const SCOPE = new URL('./', self.location.href).href;

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(SCOPE)) {
    event.respondWith(answer(request));
  }
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  await cache.addAll(['./', ...FILES].map((file) => new URL(file, SCOPE).href));
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('simdgrad-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

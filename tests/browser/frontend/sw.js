// The pattern of the existing frontend's worker: some pages are kept at the first visit, every
// request goes through it, what is kept is answered from there.
'use strict';

const CACHE = 'compatibility-v1';

self.addEventListener('install', (event) => event.waitUntil(
	caches.open(CACHE).then((cache) => cache.addAll(['/', '/privacy.html'])).then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(
	caches.match(event.request).then((kept) => kept || fetch(event.request))));

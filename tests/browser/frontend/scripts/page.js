// What the existing frontend does, call for call: Socket.IO 2.3.0, then its service worker.
'use strict';

const show = (id, text) => { document.getElementById(id).textContent = text; };
const log = (text) => {
	const row = document.createElement('li');
	row.textContent = text;
	document.getElementById('log').prepend(row);
};
const userName = () => document.getElementById('name').value || 'Gast';

const socket = io({ path: '/api/socket.io' });
socket.on('connect', () => socket.emit('auth', userName()));
socket.on('stats', (stats) => {
	show('total', stats.click_count_total);
	show('today', stats.click_count_today);
});
socket.on('status', (status) => show('online', status.user_count));
socket.on('message', (message) => log(`${message.type} ${message.style}: ${message.text}`));
socket.on('click', (click) => {
	show('total', Number(document.getElementById('total').textContent) + 1);
	log(`${click.user} (${click.comment}) ${click.style}`);
});
socket.on('event', (event) => log(`${event.user} ! ${event.name}`));

function sendClick() {
	socket.emit('click', { user: userName(), comment: document.getElementById('comment').value, style: ' ' });
}

function sendEvent(name) {
	socket.emit('event', { user: userName(), name });
}

navigator.serviceWorker.register('/sw.js');

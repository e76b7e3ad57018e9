// frustd's job on Node: socket.io, better-sqlite3, node:http. Written as their users write it.
//     node server.mjs DB [--status each] [--commit grouped]
// Prepared statements; a transaction a click (better-sqlite3 is synchronous), or with --commit
// grouped one for all clicks of a turn of the loop; status and stats at most once in 100 ms, or
// with --status each after every connect; answers of HTTP routes are built when asked for, as
// better-sqlite3 is made for.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

import Database from 'better-sqlite3';
import { Server } from 'socket.io';

const [file, ...options] = process.argv.slice(2);
const option = (name) => options[options.indexOf(`--${name}`) + 1];
const eachStatus = option('status') === 'each';
const grouped = option('commit') === 'grouped';

// --- the store ---

const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE IF NOT EXISTS clicks (id INTEGER NOT NULL PRIMARY KEY, user VARCHAR(15),
		comment VARCHAR(75), style VARCHAR, timestamp INTEGER);
	CREATE INDEX IF NOT EXISTS clicks_timestamp ON clicks (timestamp);
	CREATE TABLE IF NOT EXISTS users (name VARCHAR(15) NOT NULL PRIMARY KEY, clicks INTEGER, events INTEGER);
	CREATE TABLE IF NOT EXISTS hours (timestamp INTEGER NOT NULL PRIMARY KEY, clicks INTEGER, events INTEGER,
		clicks_total INTEGER, events_total INTEGER);`);
const insert = db.prepare('INSERT INTO clicks (user, comment, style, timestamp) VALUES (?, ?, ?, ?)');
const countUser = db.prepare(`INSERT INTO users VALUES (?, 1, 0)
	ON CONFLICT (name) DO UPDATE SET clicks = clicks + 1`);
const countHour = db.prepare(`INSERT INTO hours VALUES (?, 1, 0, ?, 0)
	ON CONFLICT (timestamp) DO UPDATE SET clicks = clicks + 1, clicks_total = clicks_total + 1`);
const latest = db.prepare('SELECT user, comment, style, timestamp FROM clicks WHERE timestamp >= ? ORDER BY id DESC LIMIT 10000');

const hourOf = (seconds) => seconds - (seconds % 3600);
const dayOf = (seconds) => seconds - (seconds % 86400);
const nowSeconds = () => Math.floor(Date.now() / 1000);
const countSince = (seconds) => db.prepare('SELECT count(*) AS n FROM clicks WHERE timestamp >= ?').get(seconds).n;

const start = nowSeconds();
const stats = {
	click_count_total: countSince(0), event_count_total: 0,
	click_count_today: countSince(dayOf(start)), event_count_today: 0,
	click_count_hour: countSince(hourOf(start)), event_count_hour: 0,
};

const store = db.transaction((clicks) => {
	for (const { user, comment, style, timestamp } of clicks) {
		insert.run(user, comment, style, timestamp);
		countUser.run(user);
		countHour.run(hourOf(timestamp), stats.click_count_total + 1);
	}
});

// --- HTTP ---

function json(request, response, text) {
	const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache' };
	let body = Buffer.from(text);
	if (body.length >= 1024 && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
		body = gzipSync(body, { level: 1 });
		headers['Content-Encoding'] = 'gzip';
	}
	headers['Content-Length'] = body.length;
	response.writeHead(200, headers).end(body);
}

const http = createServer((request, response) => {
	if (request.url === '/api/current_stats')
		json(request, response, JSON.stringify(stats));
	else if (request.url === '/api/latest_clicks')
		json(request, response, JSON.stringify(latest.all(dayOf(nowSeconds()))));
	else
		response.writeHead(404).end();
});
http.keepAliveTimeout = 60_000;

// --- Socket.IO ---

const io = new Server(http, {
	path: '/api/socket.io/', allowEIO3: true, serveClient: false, perMessageDeflate: false, httpCompression: false,
});
const message = (text) => io.emit('message', { text, style: 'medium highlight', type: 'toast' });

let statusDue = null;
function sendStatus() {
	statusDue = null;
	io.emit('status', { user_count: io.engine.clientsCount });
	io.emit('stats', stats);
}
function statusChanged() {
	if (eachStatus)
		sendStatus();
	else
		statusDue ??= setTimeout(sendStatus, 100);
}

function rename(socket, name) {
	if (name === socket.data.name)
		return;
	message(socket.data.name ? `${socket.data.name} hat sich umbenannt zu ${name}.` : `${name} ist beigetreten.`);
	socket.data.name = name;
}

const text = (value, max) => {
	const trimmed = typeof value === 'string' ? value.trim() : '';
	return trimmed && [...trimmed].length <= max ? trimmed : null;
};

function show(socket, click) {
	rename(socket, click.user);
	socket.data.clicks++;
	if (socket.data.clicks === 50 || socket.data.clicks % 100 === 0)
		message(`${click.user} erreicht ${socket.data.clicks} Klicks!`);
	stats.click_count_total++;
	stats.click_count_today++;
	stats.click_count_hour++;
	io.emit('click', click);
}

let waiting = [];
function commit() {
	const clicks = waiting;
	waiting = [];
	store(clicks.map((each) => each.click));
	clicks.forEach(({ socket, click }) => show(socket, click));
}

io.on('connection', (socket) => {
	socket.data = { name: null, clicks: 0 };
	socket.emit('stats', stats);
	statusChanged();
	socket.on('auth', (name) => {
		if (text(name, 15))
			rename(socket, text(name, 15));
	});
	socket.on('click', (sent) => {
		const click = {
			user: text(sent?.user, 15), comment: text(sent?.comment, 75), style: text(sent?.style, 64),
			timestamp: nowSeconds(),
		};
		if (!click.user)
			return;
		waiting.push({ socket, click });
		if (!grouped)
			commit();
		else if (waiting.length === 1)
			setImmediate(commit);
	});
	socket.on('disconnect', () => {
		if (socket.data.name)
			message(`${socket.data.name} hat verlassen.`);
		statusChanged();
	});
});

http.listen(0, '127.0.0.1', 4096, () => console.error(`node: listening on http://127.0.0.1:${http.address().port}`));

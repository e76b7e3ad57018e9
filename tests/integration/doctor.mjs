// frustd doctor against the site file that is shipped, whole, and with one mistake each.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { frustd, start } from './helpers/frustd.mjs';
import { nginxSite } from './helpers/nginx.mjs';

const PING = ['--ping-interval', '1500'];

async function examine(t, edit, args = PING) {
	const { port } = await start(t, { args });
	const front = await nginxSite(t, `127.0.0.1:${port}`, edit);
	return frustd(['doctor', '--insecure', `https://localhost:${front.port}/`], { timeout: 60_000 });
}

// What was found: [[what, cure]…]
function findings(stdout) {
	return [...stdout.matchAll(/^WRONG +(\S.*?) {2,}.*\n(?: +→ (.*)\n)?/gm)].map(([, what, cure]) => [what, cure]);
}

test('nothing is wrong with the site file', async (t) => {
	const { code, stdout, stderr } = await examine(t);
	assert.deepEqual([findings(stdout), code], [[], 0], stderr);
	for (const what of ['site', 'routes', 'metrics', 'site\'s name', 'address', 'origin', 'compression', 'polling', 'large posts', 'WebSocket', 'time-outs'])
		assert.match(stdout, new RegExp(`^ok +${what} `, 'm'));
});

const without = (line) => (text) => {
	assert.ok(text.includes(line));
	return text.replace(line, '');
};
const instead = (line, other) => (text) => without(line)(text.replace(line, `${line}${other}`));
const inLocation = (line) => instead('proxy_send_timeout 75s;', line);

// Each mistake, and what is to be named for it.
const MISTAKES = {
	'no Upgrade': [without('proxy_set_header Upgrade $http_upgrade;'), 'WebSocket', /proxy_set_header Upgrade \$http_upgrade;/],
	'no Connection': [without('proxy_set_header Connection $frust_connection;'), 'WebSocket', /proxy_set_header Connection/],
	'HTTP/1.0': [without('proxy_http_version 1.1;'), 'WebSocket', /proxy_http_version 1\.1;/],
	'no Host': [without('proxy_set_header Host $http_host;'), 'site\'s name', /proxy_set_header Host \$http_host;/],
	'Host without its port': [instead('proxy_set_header Host $http_host;', 'proxy_set_header Host $host;'), 'site\'s name', /proxy_set_header Host \$http_host;/],
	'no X-Forwarded-Proto': [without('proxy_set_header X-Forwarded-Proto $scheme;'), 'site\'s name', /proxy_set_header X-Forwarded-Proto \$scheme;/],
	'no X-Forwarded-For': [without('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'), 'address', /proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;/],
	'X-Forwarded-For passed on': [instead('$proxy_add_x_forwarded_for', '$http_x_forwarded_for'), 'address', /\$proxy_add_x_forwarded_for/],
	'too short a time-out': [instead('proxy_read_timeout 75s;', 'proxy_read_timeout 5s;'), 'time-outs', /proxy_read_timeout/,
		[]], // nginx must be through with it long before the heartbeat, and with nothing else
	'too small a body': [instead('client_max_body_size 1m;', 'client_max_body_size 8k;'), 'large posts', /client_max_body_size/],
	'no compression': [inLocation('proxy_set_header Accept-Encoding "";'), 'compression', /Accept-Encoding/],
	'metrics for everybody': [instead('location = /metrics {\n\t\treturn 404;', 'location = /metrics {\n\t\tproxy_pass http://frust;'), 'metrics', /location = \/metrics/],
	'a path behind the address': [instead('proxy_pass http://frust;', 'proxy_pass http://frust/frust/;'), 'site', /proxy_pass/],
	'nothing there': [instead('location / {', 'location /frust/ {'), 'site', /location \//],
	'frustd elsewhere': [(text) => text.replace(/server 127\.0\.0\.1:\d+;/, 'server 127.0.0.1:9;'), 'site', /proxy_pass must name where frustd listens/],
	'answers that get old': [inLocation('expires 1h;'), 'caching', /expires/],
};

for (const [what, [edit, where, cure, args]] of Object.entries(MISTAKES))
	test(`${what} is named`, async (t) => {
		const { code, stdout, stderr } = await examine(t, edit, args);
		assert.equal(code, 1, stdout + stderr);
		assert.match(findings(stdout).find(([found]) => found === where)?.[1] ?? stdout, cure);
		const others = findings(stdout).filter(([found]) => found !== where).map(([found]) => found);
		// Without the site's name its pages are refused too; so is everything that needs another's work.
		assert.deepEqual(others.filter((found) => where !== 'site\'s name' || !['origin', 'WebSocket'].includes(found)), [], stdout);
	});

test('who asks for the site without TLS is told where it is', async (t) => {
	const { port } = await start(t, { args: PING });
	const front = await nginxSite(t, `127.0.0.1:${port}`);
	const { code, stdout } = await frustd(['doctor', `http://127.0.0.1:${front.plain}`], { timeout: 60_000 });
	assert.equal(code, 1, stdout);
	assert.match(stdout, /^WRONG +site +\S+ leads elsewhere \(301\)\n +→ examine where it leads: https:\/\/127\.0\.0\.1\/api\n/m);
});

test('a site that is not there, and words that are no site', async () => {
	const nobody = await frustd(['doctor', 'http://127.0.0.1:9']);
	assert.equal(nobody.code, 1);
	assert.match(nobody.stdout, /^WRONG +site +nothing answers at http:\/\/127\.0\.0\.1:9: /);
	for (const args of [[], ['example.org'], ['http://'], ['https://example.org/path'], ['http://a', 'http://b']])
		assert.equal((await frustd(['doctor', ...args])).code, 2, args.join(' '));
	const { stdout: help } = await frustd(['doctor', '--help']);
	assert.match(help, /^frustd doctor: /);
	const manual = readFileSync(new URL('../../docs/man/frustd-doctor.1', import.meta.url), 'utf8');
	assert.deepEqual([...manual.matchAll(/^\.It Fl -(\S+)/gm)].map(([, name]) => name), [...help.matchAll(/^ {2}--(\S+)/gm)].map(([, name]) => name));
	assert.match((await frustd(['--help'])).stdout, /^ +frustd doctor URL /m, 'who runs frustd finds it');
	assert.match(readFileSync(new URL('../../docs/man/frustd.8', import.meta.url), 'utf8'), /^\.Cm doctor$[^]*^\.Xr frustd-doctor 1/m);
});

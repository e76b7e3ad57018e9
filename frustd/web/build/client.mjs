// The client script as it comes from npm, for pages that load it from the server they talk to: under
// the names by which the official servers serve it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { hash } from './hash.mjs';

const PATH = '/api/socket.io/';
const SCRIPTS = ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js'];

export function clientAssets(modules, read) {
	return SCRIPTS.flatMap((name) => [name, `${name}.map`]).map((name) => {
		const file = join(modules, 'socket.io-client/dist', name);
		read.add(file);
		const bytes = readFileSync(file);
		const type = name.endsWith('.map') ? 'application/json' : 'text/javascript';
		return { path: PATH + name, type: `${type}; charset=utf-8`, bytes, etag: hash(bytes), shared: true };
	});
}

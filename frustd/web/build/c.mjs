// Assets as C, for frustd/app/assets.h: each as it is and, where it is worth it, gzipped.

import { gzipSync } from 'node:zlib';

const GZIP_WORTH = 0.9; // of the plain size

function zip(bytes) {
	const gzip = gzipSync(bytes, { level: 9 });
	gzip[9] = 255; // the system it was made on: unknown, so that two builds are equal
	return gzip.length < bytes.length * GZIP_WORTH ? gzip : null;
}

function array(name, bytes) {
	const lines = [];
	for (let at = 0; at < bytes.length; at += 24)
		lines.push(`\t${bytes.subarray(at, at + 24).join(',')},`);
	return `static const unsigned char ${name}[] = {\n${lines.join('\n')}\n};\n`;
}

export function cSource(assets) {
	const arrays = [], rows = [];
	assets.forEach(({ path, type, bytes, etag, page }, i) => {
		const gzip = zip(bytes);
		arrays.push(array(`plain${i}`, bytes));
		if (gzip)
			arrays.push(array(`gzip${i}`, gzip));
		const fields = [JSON.stringify(path), JSON.stringify(type), JSON.stringify(etag), `plain${i}`,
			`sizeof(plain${i})`, gzip ? `gzip${i}` : 'NULL', gzip ? `sizeof(gzip${i})` : '0',
			String(path.startsWith('/assets/')), String(Boolean(page))];
		rows.push(`\t{${fields.join(', ')}},`);
	});
	rows.push('\t{NULL, NULL, NULL, NULL, 0, NULL, 0, false, false},');
	return [
		'/* Made by frustd/web/build.mjs. */',
		'#include "app/assets.h"\n',
		...arrays,
		`const struct asset page_assets[] = {\n${rows.join('\n')}\n};\n`,
	].join('\n');
}

// The man pages: well-formed, and they tell every command, option and code that there is.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

import { ok } from './helpers/ctl.mjs';

const pages = new URL('../../docs/man/', import.meta.url).pathname;
const page = (name) => readFileSync(join(pages, name), 'utf8');
const mandoc = process.env.PATH.split(':').some((dir) => existsSync(join(dir, 'mandoc')));

test('mandoc has nothing to say about any page', mandoc ? {} : { skip: 'no mandoc here' }, () => {
	for (const name of readdirSync(pages)) {
		const { stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', join(pages, name)], { encoding: 'utf8' });
		// the pages name each other, and none is installed
		const said = `${stdout}${stderr}`.split('\n').filter((line) => line && !line.includes('referenced manual not found'));
		assert.deepEqual(said, [], name);
	}
});

test('pages refer to pages that there are', () => {
	const there = readdirSync(pages);
	for (const name of there)
		for (const [, title, section] of page(name).matchAll(/^\.Xr (\S+) (\d)/gm))
			assert.ok(there.includes(`${title}.${section}`), `${name} refers to ${title}(${section})`);
});

test('frustctl(1) has every command, option and exit code of the help', async () => {
	const text = page('frustctl.1').replaceAll('\\-', '-');
	const help = await ok(['help']);
	const commands = [...help.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map((match) => match[1]);
	for (const command of commands) {
		assert.match(text, new RegExp(`^\\.It .*\\b${command}\\b`, 'm'), command);
		const options = (await ok(['help', ...command.split(' ')])).matchAll(/^ {2}(?:-(\w),| {3}) --([a-z-]+)/gm);
		for (const [, letter, name] of options) {
			assert.match(text, new RegExp(`Fl -${name}\\b`), `${command} --${name}`);
			if (letter)
				assert.match(text, new RegExp(`Fl ${letter}\\b`), `${command} -${letter}`);
		}
	}
	for (const [, code] of help.matchAll(/^ {2}(\d) {2}\w/gm))
		assert.match(text, new RegExp(`^\\.It ${code}$`, 'm'));
});

test('frustd(8) has every option of the help', async () => {
	const { stdout } = await promisify(execFile)(process.env.FRUSTD, ['--help']);
	const options = [...stdout.matchAll(/^ +--([a-z-]+)/gm)].map((match) => match[1]);
	assert.ok(options.length > 10, stdout);
	for (const name of options)
		assert.match(page('frustd.8'), new RegExp(`Fl -${name}\\b`), `--${name}`);
});

// The transport alone, on its echo server: the n-th allocation fails, for every n of a conversation over each transport and
// revision. Whom it cannot serve it drops, and the next one is served.

import assert from 'node:assert/strict';
import test from 'node:test';

import { launch } from '../conformance/helpers/echo.mjs';
import { EIO, hears, LINES, open, SIO } from '../conformance/helpers/line.mjs';
import { LONG, Shim } from './helpers/shim.mjs';
import { mayBeDropped, Scope } from './helpers/site.mjs';

const CALM = { 'ping-interval': 25000, 'ping-timeout': 20000, 'connect-timeout': 45000, 'upgrade-timeout': 10000 };

// Each is said and heard to its end unless the server drops the line.
const talks = {
	async messages(scope, port, kind) {
		const line = await open(scope, port, EIO, kind);
		for (const packet of ['4hello', `4${'x'.repeat(3000)}`, Buffer.alloc(3000, 7), '4ä😀']) {
			await line.say(packet);
			await hears(line, packet);
		}
		await line.say('4a', Buffer.from('b'), '4c');
		await hears(line, '4a', Buffer.from('b'), '4c');
		await line.say('1');
	},
	async events(scope, port, kind) {
		const line = await open(scope, port, SIO, kind);
		const until = async (matches) => {
			while (!matches.test(await line.hear()))
				;
		};
		if (kind[0] === 4)
			await line.say('40{"token":"123"}');
		await until(/^40/);
		await line.say('42["message",1,"2",{"3":[true]}]');
		await until(/^42\["message-back"/);
		await line.say('40/custom,');
		await until(/^4[04]\/custom,/);
		await line.say('427["message-with-ack",1,"2"]');
		await until(/^437\[/);
		await line.say(`42["message","${'x'.repeat(5000)}"]`);
		await until(/^42\["message-back","x/);
		await line.say('451-["message",{"_placeholder":true,"num":0}]', Buffer.from([1, 2, 3]));
		await until(/^451-/);
		await line.say('41/custom,', '41');
	},
};

for (const [what, talk] of Object.entries(talks))
	test(`${what}: dropped or served, and the next one is`, async (t) => {
		const shim = new Shim(t);
		const server = await launch(t, CALM, shim.env);
		for (const kind of LINES) {
			// what takes no memory fails nowhere: the talk is right
			await Scope.of((scope) => talk(scope, server.port, kind));
			let n = 0, tries = 0, cut = 0;
			for (let failed = 1; failed; n++)
				for (const times of LONG ? [1, 2, 20] : [n & 1 ? 10 : 1]) {
					shim.arm('malloc', { before: n, times, error: 'ENOMEM' });
					await Scope.of((scope) => talk(scope, server.port, kind).catch((error) => {
						mayBeDropped(error);
						cut++;
					}));
					({ failed } = shim);
					shim.disarm();
					assert.equal(server.child.exitCode ?? server.child.signalCode, null, `${kind}, allocation ${n} × ${times}`);
					if (tries++ % 16 === 0)
						await Scope.of((scope) => talk(scope, server.port, kind));
				}
			await Scope.of((scope) => talk(scope, server.port, kind));
			t.diagnostic(`${what}, revision ${kind[0]}, ${kind[1]}: ${n - 1} allocations, ${tries} tries, ${cut} cut short`);
		}
		await server.stop();
	});

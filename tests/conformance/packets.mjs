// Socket.IO's packets, the same over every transport: connects, namespaces, events, acks, attachments.

import assert from 'node:assert/strict';
import test from 'node:test';

import { start } from './helpers/echo.mjs';
import { each, hears, LINES, open, REVISIONS, SIO, websocket } from './helpers/line.mjs';

const place = (num) => `{"_placeholder":true,"num":${num}}`;
const bytes = (...values) => Buffer.from(values);

// Says what a client of that revision must to be in the namespace, and hears the answer.
async function join(line, nsp = '/', auth = '') {
	if (nsp === '/' && line.revision === 3) {
		await hears(line, '40');
		return;
	}
	const head = nsp === '/' ? '40' : `40${nsp},`;
	await line.say(head + auth);
	const answer = await line.hear();
	if (line.revision === 3)
		assert.equal(answer, head);
	else
		assert.deepEqual(Object.keys(JSON.parse(answer.slice(head.length))), ['sid'], answer);
	return answer;
}

// In the main namespace, greeted.
async function enter(line) {
	await join(line);
	await hears(line, '42["auth",{}]');
}

// In /more alone, if the revision allows it.
async function enterMore(line) {
	if (line.revision === 3)
		await enter(line);
	await join(line, '/more');
}

each(test, start, 'the main namespace', SIO, async (line, { revision }) => {
	if (revision === 3) {
		await hears(line, '40', '42["auth",{}]');
		return;
	}
	await line.say('40');
	const answer = await line.hear();
	const { sid, ...rest } = JSON.parse(answer.slice(2));
	assert.deepEqual(rest, {});
	assert.match(sid, /^[A-Za-z0-9_-]{20}$/);
	assert.notEqual(sid, line.sid, 'not the id that opens the transport');
	await hears(line, '42["auth",{}]');
});

each(test, start, 'another namespace, with what it is told', SIO, async (line, { revision }) => {
	if (revision === 3)
		await enter(line);
	await join(line, '/custom', '{"token":"ä\\u0000","n":[1,{}]}');
	await hears(line, '42/custom,["auth",{"token":"ä\\u0000","n":[1,{}]}]');
});

each(test, start, 'an unknown namespace is refused, and the others live on', SIO, async (line, { revision }) => {
	if (revision === 3)
		await enter(line);
	await line.say('40/unknown,');
	await hears(line, revision === 4 ? '44/unknown,{"message":"Invalid namespace"}' : '44/unknown,"Invalid namespace"');
	if (revision === 4)
		await enter(line);
	await line.say('42["message",1]');
	await hears(line, '42["message-back",1]');
});

each(test, start, 'a refusal brings its data', SIO, async (line, { revision }) => {
	if (revision === 3)
		await enter(line);
	await line.say('40/more,{"refuse":{"code":7,"why":["ä"]}}');
	await hears(line, revision === 4 ? '44/more,{"message":"refused","data":{"code":7,"why":["ä"]}}'
		: '44/more,{"code":7,"why":["ä"]}');
	await join(line, '/more');
});

each(test, start, 'a second connect to the same namespace changes nothing', SIO, async (line, { revision }) => {
	await enter(line);
	await line.say('40');
	await line.say(revision === 3 ? '40/' : '40{}');
	await line.say('42["message"]');
	await hears(line, '42["message-back"]');
});

each(test, start, 'a message comes back', SIO, async (line) => {
	await enter(line);
	for (const args of ['', ',1', ',1,"2",{"3":[true]}', ',null,[],{},-0.5e3,"ä😀\\ud800\\u0000\\n"', `,"${'x'.repeat(70000)}"`,
		',{"_placeholder":true,"num":0}', ',{"__proto__":1,"constructor":2}']) {
		await line.say(`42["message"${args}]`);
		await hears(line, `42["message-back"${args}]`);
	}
});

each(test, start, 'an ack brings the id that was asked with', SIO, async (line) => {
	await enter(line);
	for (const id of ['0', '1', '456', '9007199254740993', '9223372036854775807'])
		for (const [given, taken] of [['', ''], [',1,"2",{"3":[false]}', '1,"2",{"3":[false]}']]) {
			await line.say(`42${id}["message-with-ack"${given}]`);
			await hears(line, `43${id}[${taken}]`);
		}
});

each(test, start, 'attachments go along', SIO, async (line) => {
	await enter(line);
	const args = `${place(0)},{"a":[${place(1)}]}`;
	await line.say(`452-["message",${args}]`, bytes(1, 2, 3), bytes());
	await hears(line, `452-["message-back",${args}]`, bytes(1, 2, 3), bytes());
	await line.say(`452-789["message-with-ack",${args}]`, bytes(0, 255), Buffer.alloc(5000, 7));
	await hears(line, `462-789[${args}]`, bytes(0, 255), Buffer.alloc(5000, 7));
	const ten = Array.from({ length: 10 }, (_, i) => bytes(i, 4, 30));
	const places = ten.map((_, i) => place(9 - i)).join();
	await line.say(`4510-["message",${places}]`, ...ten);
	await hears(line, `4510-["message-back",${places}]`, ...ten);
	await line.say('450-["message",1]');
	await hears(line, '42["message-back",1]');
});

each(test, start, 'events of another namespace stay there', SIO, async (line) => {
	await enter(line);
	await join(line, '/custom');
	await hears(line, '42/custom,["auth",{}]');
	await line.say('42/custom,["message",1]', '42/custom,1["message-with-ack",1]', '42/unknown,["message",1]');
	await line.say(`451-/unknown,["message",${place(0)}]`, bytes(1), '42["message",2]');
	await hears(line, '42["message-back",2]');
});

each(test, start, 'reserved and unknown names are no events', SIO, async (line) => {
	await enter(line);
	for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'error', 'newListener', 'removeListener',
		'unknown', '__proto__', ''])
		await line.say(`42["${name}"]`, `42["${name}",{}]`);
	await line.say('42["message"]');
	await hears(line, '42["message-back"]');
});

each(test, start, 'leaving a namespace says nothing and leaves the others', SIO, async (line) => {
	await enter(line);
	await join(line, '/custom');
	await hears(line, '42/custom,["auth",{}]');
	await line.say('41/custom,', '41/custom,', '42["message",1]');
	await hears(line, '42["message-back",1]');
	await join(line, '/custom', '{"again":1}');
	await hears(line, '42/custom,["auth",{"again":1}]');
	await line.say('41', '42["message",2]');
	if (line.revision === 3)
		await line.say('40');
	else
		await line.say('40{}');
	assert.match(await line.hear(), /^40/);
	await hears(line, '42["auth",{}]');
});

each(test, start, 'the server may send away', SIO, async (line) => {
	await enterMore(line);
	await line.say('42/more,["leave"]');
	await hears(line, '41/more,');
	await line.say('42/more,["all",1]');
	await join(line, '/more');
	await line.say('42/more,["all",2]');
	await hears(line, '42/more,["all",2]');
});

each(test, start, 'the server asks, and has one answer', SIO, async (line) => {
	await enterMore(line);
	await line.say('42/more,["ask",20000,"why?"]', '42/more,["ask",20000]');
	await hears(line, '42/more,0["question","why?"]', '42/more,1["question"]');
	await line.say('43/more,1["two",{}]', '43/more,1["again"]', '43/more,9["nobody asked"]', '43/more,0[]');
	await hears(line, '42/more,["answered","two",{}]', '42/more,["answered"]');
	await line.say(`451-/more,["ask",20000,${place(0)}]`, bytes(1, 2));
	await hears(line, `451-/more,2["question",${place(0)}]`, bytes(1, 2));
	await line.say(`462-/more,2[${place(1)},${place(0)}]`, bytes(3), bytes(4, 5));
	await hears(line, `452-/more,["answered",${place(1)},${place(0)}]`, bytes(3), bytes(4, 5));
});

each(test, start, 'an answer may be too late', SIO, async (line) => {
	await enterMore(line);
	await line.say('42/more,["ask",50]');
	await hears(line, '42/more,0["question"]', '42/more,["late"]');
	await line.say('43/more,0[1]', '42/more,["ask",20000]');
	await hears(line, '42/more,1["question"]');
	await line.say('43/more,1[2]');
	await hears(line, '42/more,["answered",2]');
});

test('what goes to all goes to all, attachments and all, in one order', async (t) => {
	const port = await start(t);
	const lines = [];
	for (const kind of LINES) {
		const line = await open(t, port, SIO, kind);
		await enterMore(line);
		lines.push(line);
	}
	const args = `${place(1)},"and",${place(0)}`;
	for (const speaker of lines) {
		await speaker.say('42/more,["all","text"]', `452-/more,["all",${args}]`, bytes(1, 30, 2), bytes(0, 255));
		for (const line of lines)
			await hears(line, '42/more,["all","text"]', `452-/more,["all",${args}]`, bytes(1, 30, 2), bytes(0, 255));
	}
});

const MALFORMED = ['4', '4abc', '47', '49["message"]', '4-1', '4 2["message"]', '42', '42{}', '42"message"', '42null', '42[]', '42[null]',
	'42[{}]', '42abc["message"]', '42["message"', '42["message"]]', '42["message",]', '42["message"] 1', '42["message"][1]', '42-1["message"]',
	'42/custom["message"]', '421', '4299999999999999999999["message"]', '42["message",\u0001]', '42["message",01]', "42['message']",
	'42["message",NaN]', '42["\\x"]', '41{}', '410', '43[]', '431', '431{}', '431"x"', '44', '44{"message":"x"}', '442["message"]',
	'45["message"]', '45-["message"]', '451["message"]', '4511-["message"]', '4599999999999999999999-["message"]', '451-', '451-{}',
	`451-["message",${place(1)}]`, `451-["message",${place(-1)}]`, `451-["message",${place('"0"')}]`, `451-["message",${place('0.5')}]`,
	`450-["message",${place(0)}]`, '461-[]', '461-1{}', '40[]', '40"x"', '400{}', '40{"a"', '40/custom,[]'];

const ATTACHED = [
	[`451-["message",${place(0)}]`, '42["message",1]'],
	[`452-["message",${place(0)}]`, bytes(1), '42["message",1]'],
	['451-["message",1]', `451-["message",${place(0)}]`],
	[bytes(1)],
	['42["message"]', bytes(1)],
	[`451-["message",${place(0)}]`, bytes(1), bytes(2)],
];

for (const revision of REVISIONS) {
	test(`revision ${revision}: a malformed packet ends its session, and no other`, async (t) => {
		const port = await start(t);
		const witness = await websocket(t, port, SIO, 4);
		await enter(witness);
		for (const packet of MALFORMED) {
			const line = await websocket(t, port, SIO, revision);
			await enter(line);
			await line.offend(packet);
		}
		for (const packets of ATTACHED) {
			const line = await websocket(t, port, SIO, revision);
			await enter(line);
			await line.offend(...packets);
		}
		const long = await websocket(t, port, SIO, revision);
		await enter(long);
		await long.offend(`42["message"${',1'.repeat(200000)}]`);
		const deep = await websocket(t, port, SIO, revision);
		await enter(deep);
		await deep.offend(`42["message",${'['.repeat(100000)}`);
		await witness.say('42["message","here"]');
		await hears(witness, '42["message-back","here"]');
	});

	test(`revision ${revision}: the same over polling`, async (t) => {
		const port = await start(t);
		for (const packets of [['4abc'], ['42{}'], ['42abc["message"]'], ...ATTACHED]) {
			const line = await open(t, port, SIO, [revision, 'polling']);
			if (revision === 4)
				await line.say('40');
			await line.offend(...packets);
		}
	});
}

for (const kind of LINES.filter(([revision]) => revision === 4)) {
	test(`revision 4, ${kind[1]}: nothing comes before the connect, and nothing is taken`, async (t) => {
		const port = await start(t);
		for (const packet of ['42["message"]', '41', '431[]', `451-["message",${place(0)}]`, '44{}', '42/custom,["message"]']) {
			const line = await open(t, port, SIO, kind);
			await line.offend(packet);
		}
	});

}

async function tryPatience(t, kind) {
	const port = await start(t, { 'connect-timeout': 4000 }); // a busy machine connects within it
	const silent = await open(t, port, SIO, kind);
	const lost = await open(t, port, SIO, kind);
	await lost.say('40/unknown,');
	await hears(lost, '44/unknown,{"message":"Invalid namespace"}');
	const fine = await open(t, port, SIO, kind);
	await enter(fine);
	await silent.ended();
	await lost.ended();
	await fine.say('42["message"]');
	await hears(fine, '42["message-back"]');
}

test('revision 4: who does not connect in time is closed', { concurrency: true }, (t) =>
	Promise.all(LINES.filter(([revision]) => revision === 4).map((kind) => t.test(kind[1], (t) => tryPatience(t, kind)))));

for (const kind of LINES.filter(([revision]) => revision === 3))
	test(`revision 3, ${kind[1]}: a namespace may bring a query`, async (t) => {
		const port = await start(t);
		const line = await open(t, port, SIO, kind);
		await enter(line);
		await line.say('40/custom?token=a%2Cb&x=1,');
		await hears(line, '40/custom,', '42/custom,["auth",{}]');
		await line.say('40/unknown?token=1');
		await hears(line, '44/unknown,"Invalid namespace"');
	});

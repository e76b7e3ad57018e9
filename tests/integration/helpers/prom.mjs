// Reads metrics in the text format of Prometheus 0.0.4, strictly.

import assert from 'node:assert/strict';

const NAME = /^[a-z][a-z0-9_]*$/;
const SAMPLE = /^([a-z][a-z0-9_]*)(?:\{(.*)\})? (\d+(?:\.\d+)?)$/;
const LABELS = /^[a-z][a-z0-9_]*="[^"\\\n]*"(?:,[a-z][a-z0-9_]*="[^"\\\n]*")*$/;
const UNITS = /_(seconds|bytes|records|info|connections|sessions|clients|ready)$/;

function checkHistogram(name, samples) {
	let below = -Infinity, counted = 0;
	const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
	for (const { labels, value } of buckets) {
		const [, bound] = labels.match(/^le="(.*)"$/);
		const edge = bound === '+Inf' ? Infinity : Number(bound);
		assert.ok(edge > below, `${name}: bounds rise`);
		assert.ok(value >= counted, `${name}: buckets are cumulative`);
		[below, counted] = [edge, value];
	}
	assert.equal(below, Infinity, `${name}: the last bucket is +Inf`);
	assert.deepEqual(samples.slice(buckets.length).map((sample) => sample.name), [`${name}_sum`, `${name}_count`]);
	assert.equal(samples.at(-1).value, counted, `${name}: the count is the last bucket's`);
}

function checkMetric({ name, type, help, samples }) {
	assert.match(name, NAME);
	assert.ok(help.endsWith('.'), `${name}: help is a sentence`);
	assert.ok(samples.length > 0, `${name}: no sample`);
	assert.equal(type === 'counter', name.endsWith('_total'), `${name}: counters end in _total`);
	if (type === 'histogram') {
		checkHistogram(name, samples);
		return;
	}
	assert.match(type, /^(counter|gauge)$/);
	if (type === 'gauge')
		assert.match(name, UNITS, `${name}: a unit`);
	for (const sample of samples)
		assert.equal(sample.name, name);
}

// { name: { type, help, samples: [{ name, labels, value }] } }; throws for what is not in order.
export function parse(text) {
	assert.ok(text.endsWith('\n'));
	const metrics = {}, seen = new Set();
	let metric;
	for (const line of text.slice(0, -1).split('\n')) {
		const [, keyword, name, rest] = line.match(/^# (HELP|TYPE) (\S+) (.+)$/) ?? [];
		if (keyword === 'HELP') {
			assert.ok(!metrics[name], `${name}: once`);
			metric = metrics[name] = { name, help: rest, samples: [] };
		} else if (keyword === 'TYPE') {
			assert.ok(metric.name === name && !metric.type && !metric.samples.length, `${name}: TYPE comes behind HELP`);
			metric.type = rest;
		} else {
			const [, sample, labels, value] = line.match(SAMPLE) ?? assert.fail(`no sample: ${line}`);
			assert.ok(metric?.type, `${sample}: TYPE comes first`);
			assert.ok(labels === undefined || LABELS.test(labels), line);
			assert.ok(!seen.has(`${sample}{${labels}}`), `${line}: once`);
			seen.add(`${sample}{${labels}}`);
			metric.samples.push({ name: sample, labels, value: Number(value) });
		}
	}
	Object.values(metrics).forEach(checkMetric);
	return metrics;
}

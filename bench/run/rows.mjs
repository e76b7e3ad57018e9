// What is compared. A row: the figure of several sides, each measured once a round, and the ratios
// between the first side and others that are to be reached.
//     what, unit, less: true when less is better
//     sides: [[server kind, options of bench/load or a measuring function], …]
//     figure: the name among load's figures
//     goals: { other side: most (less is better) or least }

import { http } from './http.mjs';
import { big, startUp } from './big.mjs';
import { bare, micro } from './micro.mjs';

const clicks = 'cpu_us_per_delivery';

// Slow servers get fewer clicks, or a round would take minutes; all get their warm-up.
function fanout(clients, window, counts, goals) {
	return {
		what: `fan-out to ${clients}, ${window} in flight`, unit: 'µs CPU a delivery', less: true, figure: clicks,
		sides: Object.entries(counts).map(([kind, n]) => [kind,
			{ clients, window, clicks: n, warmup: Math.max(window, Math.ceil(n / 10)) }]),
		goals,
	};
}

const storm = { clients: 1000, 'at-once': 1000, join: true };
const gather = { clients: 100, rate: 600, seconds: 3 };
const ingest = (n, window = 64) => ({ clients: 1, window, clicks: n, warmup: Math.ceil(n / 10) });
const idle = (clients) => ({ clients, rest: 1000 });

const grown = (kind) => [[5000, 500], [1000, 2500]].map(([clients, n]) => [`${clients} clients`,
	{ clients, window: 32, clicks: n, warmup: 100 }, kind]);

const httpRow = (what, path, sides, goals, headers = {}) => ({
	what: `HTTP ${what}`, unit: 'µs CPU a request', less: true, figure: 'cpu_us_per_request',
	sides: sides.map((kind) => [kind, http(path, headers)]), goals,
});

const GZIP = { 'Accept-Encoding': 'gzip' };

export const parts = {
	fanout: [
		fanout(1000, 1, { frustd: 150, floor: 150, 'floor, a write a frame': 150, node: 50, python: 10 },
			{ floor: 1.2, node: 0.55, python: 0.15 }),
		fanout(1000, 32, { frustd: 2500, floor: 2500, 'floor, a write a frame': 200, node: 96 }, { floor: 1.4, node: 0.05 }),
		fanout(1000, 256, { frustd: 10000, floor: 10000 }, { floor: 1.75 }),
		fanout(100, 32, { frustd: 10000, floor: 10000, node: 500, python: 100 }, {}),
	],
	gather: [
		{ what: '600 clicks/s to 100', unit: 'µs CPU a delivery', less: true, figure: clicks,
			sides: [['frustd', gather], ['frustd, no gathering', gather]], goals: { 'frustd, no gathering': 0.5 } },
		{ what: '600 clicks/s to 100, 99 of 100 within', unit: 'ms', less: true, figure: 'p99_ms',
			sides: [['frustd', gather], ['frustd, no gathering', gather]], goals: { 'frustd, no gathering': 1 } },
	],
	storm: [
		{ what: 'storm of 1000', unit: 's CPU', less: true, figure: 'settle_cpu_s',
			sides: [['frustd', storm], ['floor', storm]], goals: { floor: 1.2 } },
		{ what: 'storm of 1000, settled', unit: 'clients/s', figure: 'settled_per_s',
			sides: [['frustd', storm], ['node, status each', storm], ['node', storm]],
			goals: { 'node, status each': 50 } },
		{ what: 'storm of 5000, settled', unit: 's', less: true, figure: 'settle_s', most: 6,
			sides: [['frustd', { ...storm, clients: 5000 }], ['floor', { ...storm, clients: 5000 }]], goals: {} },
	],
	idle: [
		{ what: '10 000 idle WebSockets', unit: 'bytes a client', less: true, figure: 'rss_per_client', most: 1024,
			sides: [['frustd', idle(10_000)], ['floor', idle(10_000)], ['node', idle(10_000)]], goals: { node: 1 / 16 } },
		{ what: '5000 idle polls', unit: 'bytes a client', less: true, figure: 'rss_per_client', most: 4096,
			sides: [['frustd', { ...idle(5000), transport: 'polling' }]], goals: {} },
	],
	ingest: [
		{ what: 'stored and shown to its presser, 64 in flight', unit: 'clicks/s', figure: 'clicks_per_s',
			sides: [['frustd', ingest(100_000)], ['node', ingest(1000)], ['node, grouped', ingest(20_000)],
				['python', ingest(300)], ['python, rollback journal', ingest(300)], ['SQLite, 100 a commit', bare(100)]],
			goals: { node: 15, python: 150, 'SQLite, 100 a commit': 0.5 } },
		{ what: 'the same with 100 in flight', unit: 'clicks/s', figure: 'clicks_per_s',
			sides: [['frustd', ingest(100_000, 100)], ['SQLite, 100 a commit', bare(100)]], goals: { 'SQLite, 100 a commit': 0.5 } },
		{ what: 'the same with 64', unit: 'µs CPU a click', less: true, figure: 'cpu_us_per_click',
			sides: [['frustd', ingest(100_000)], ['node', ingest(1000)], ['node, grouped', ingest(20_000)],
				['python', ingest(300)], ['SQLite, 100 a commit', bare(100)]], goals: {} },
	],
	http: [
		httpRow('current_stats', '/api/current_stats', ['frustd', 'floor', 'nginx', 'node', 'python'], { floor: 1.15 }),
		httpRow('latest_clicks of 10 000', '/api/latest_clicks',
			['frustd', 'nginx', 'floor with files', 'node', 'python'], { nginx: 1.1 }),
		httpRow('latest_clicks, gzip', '/api/latest_clicks', ['frustd', 'nginx', 'floor with files', 'node'],
			{ nginx: 1.2 }, GZIP),
		{ what: 'HTTP latest_clicks, 304', unit: 'µs CPU a request', less: true, figure: 'cpu_us_per_request',
			sides: [['frustd', http('/api/latest_clicks', { etag: true })],
				['current_stats', http('/api/current_stats', {}), 'frustd']], goals: { current_stats: 1 } },
	],
	polls: [
		{ what: 'broadcast to 1000 long polls', unit: 'µs CPU a delivery', less: true, figure: clicks,
			sides: [['frustd', 100], ['floor', 100], ['node', 30], ['python', 6]].map(([kind, n]) => [kind,
				{ clients: 1001, transport: 'polling', window: 1, clicks: n, warmup: Math.ceil(n / 5) }]),
			goals: { node: 0.25 } },
	],
	growth: [
		{ what: '5000 against 1000 clients, 32 in flight', unit: 'µs CPU a delivery', less: true, figure: clicks,
			sides: grown('frustd'), goals: { '1000 clients': 1.15 } },
		{ what: 'the same of the floor', unit: 'µs CPU a delivery', less: true, figure: clicks, sides: grown('floor'), goals: {} },
		{ what: 'a click with 10 million rows', unit: 'µs CPU a click', less: true, figure: 'cpu_us_per_click',
			sides: [['10 million rows', big(ingest(50_000)), 'frustd'], ['empty', ingest(50_000), 'frustd']],
			goals: { empty: 1.1 } },
		{ what: 'start-up on 10 million rows', unit: 'ms', less: true, figure: 'start_ms', most: 1000,
			sides: [['frustd', startUp()]], goals: {} },
	],
	// With the load on one of the two cores that there are, this tells little of what more of them would do.
	threads: ['clicks_per_s', clicks].map((figure) => ({
		what: 'fan-out to 5000, 32 in flight, on both cores', unit: figure === clicks ? 'µs CPU a delivery' : 'clicks/s',
		less: figure === clicks, figure,
		sides: ['frustd, two threads', 'frustd, both cores'].map((kind) => [kind,
			{ clients: 5000, window: 32, clicks: 600, warmup: 60 }]), goals: {},
	})),
	micro: [
		...micro,
	],
};

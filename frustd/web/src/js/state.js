// Shows the state of the connection: the lamp, and the banner with its countdown.

import { $, say } from './dom.js';
import { number, t } from './words.js';

const lamp = $('state'), lampText = $('state-text');
const banner = $('banner'), bannerText = $('banner-text'), bannerCount = $('banner-count');
const GRACE = 1000; // ms before a first connection that takes its time is worth a banner

let state = { name: 'connecting' }, online = 0, ticking, grace;

function showLamp() {
	lamp.dataset.state = state.name;
	const name = state.name === 'waiting' && state.offline ? 'offline' : state.name;
	say(lampText, name === 'live' && online ? t('liveWith', number(online)) : t(name));
}

function tick() {
	say(bannerCount, t('retryIn', number(Math.max(0, Math.ceil((state.until - Date.now()) / 1000)))));
}

function showBanner() {
	banner.hidden = state.name === 'live';
	if (state.name === 'connecting') {
		say(bannerText, t('connectingText'));
		say(bannerCount, '');
	} else if (state.name === 'waiting') {
		say(bannerText, t(state.offline ? 'offlineText' : 'lostText'));
		tick();
	}
}

export function showState(next) {
	state = next;
	clearInterval(ticking);
	clearTimeout(grace);
	showLamp();
	$('press')?.setAttribute('data-state', state.name); // not on the wall
	if (state.name === 'connecting' && banner.hidden) {
		grace = setTimeout(showBanner, GRACE);
		return;
	}
	showBanner();
	if (state.name === 'waiting')
		ticking = setInterval(tick, 250);
}

export function showOnline(n) {
	online = n;
	showLamp();
}

export function onTryNow(fn) {
	$('banner-now').addEventListener('click', fn);
}

// The hours in one sentence.

import { lang, number, t } from './words.js';
import { shown } from './zone.js';

const HOURS = 48;
const when = new Intl.DateTimeFormat(lang, { weekday: 'long', hour: 'numeric', timeZone: 'UTC' });

export function worst(hours) {
	const most = hours.last(HOURS).reduce((a, b) => (b.clicks >= a.clicks ? b : a));
	return most.clicks ? t('peak', when.format(shown(most.time) * 1000), number(most.clicks)) : t('calm');
}

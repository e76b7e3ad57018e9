// The site's clocks, whose midnights part the days. A site that counts by UTC, as by default, is
// shown by the clocks of whoever looks.

const formatIn = (timeZone) => new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });

let format = formatIn();

// name: as the server gives it.
export function setZone(name) {
	if (name !== 'UTC')
		format = formatIn(name);
}

// What the clocks show at that time, in seconds as if they were UTC's.
export function shown(time) {
	const [, sign, hours, minutes] = /GMT(?:([+-])(..):(..))?/.exec(format.format(time * 1000));
	return sign ? time + (sign + 1) * (hours * 60 + +minutes) * 60 : time;
}

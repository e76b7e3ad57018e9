// The numbers, exact: a `stats` counts all clicks and events before it in its stream, and each one
// after it counts one more. No DOM.

export class Tally {
	total = 0; today = 0; hour = 0; events = 0;
	mine = 0; // accepted presses of this page
	online = 0;
	known = false; // a stats came

	stats(stats) {
		this.known = true;
		this.total = stats.click_count_total;
		this.today = stats.click_count_today;
		this.hour = stats.click_count_hour;
		this.events = stats.event_count_hour;
	}

	status(status) {
		this.online = status.user_count;
	}

	click() {
		this.total++;
		this.today++;
		this.hour++;
	}

	event() {
		this.events++;
	}
}

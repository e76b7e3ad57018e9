// The page's words in German and English, by the browser's language. Owns no state but the choice.

const de = {
	title: 'frust', skip: 'Zum Knopf', heroTitle: 'Der Knopf',
	press: 'ich verzweifle',
	jokes: ['schon wieder', 'warum nur', 'ich kann nicht mehr', 'wer denkt sich das aus', 'trivial, angeblich', 'noch eine Seite', 'Hilfe',
		'q. e. d., leider', 'ich werde Bäcker', 'und das vor acht', 'Abgabe ist heute', 'siehe Skript, S. 404', 'aaaaaaaah', 'ich verzweifle (2. Versuch)'],
	plateTop: 'NUR IM NOTFALL DRÜCKEN', plateBottom: 'ODER EINFACH SO',
	total: 'gesamt', today: 'heute', hour: 'diese Stunde', mine: 'meine Sitzung',
	name: 'Name', guest: 'Gast', comment: 'Kommentar', commentHint: 'Warum? Oder /help',
	left: (n) => `noch ${n}`,
	feedTitle: 'Protokoll', eventsTitle: 'Für alle', hoursTitle: 'Die letzten zwei Tage', weekTitle: 'Die Woche', ranksTitle: 'Die Verzweifeltsten',
	peopleTitle: 'Gerade da',
	despairs: 'verzweifelt', triggers: (what) => `löst ${what} aus`, more: (n) => `und ${n} weitere`,
	nobody: 'Noch niemand. Drück du zuerst!', unnamed: 'ohne Namen', others: (n) => `und ${n} weitere`,
	peak: (when, n) => `Am schlimmsten: ${when}, ${n}-mal gedrückt.`, calm: 'Noch ist es ruhig.',
	weekNote: (n) => `${n}-mal gedrückt in sieben Tagen. Je heißer, desto schlimmer.`, clock: (h) => `${h} Uhr`,
	connecting: 'verbinde …', live: 'live', liveWith: (n) => (n === '1' ? 'live · nur du' : `live · ${n} da`), waiting: 'getrennt', offline: 'offline',
	lostText: 'Die Verbindung ist weg.', offlineText: 'Kein Netz.', connectingText: 'Verbinde …', retryIn: (n) => `Neuer Versuch in ${n} s`, tryNow: 'Jetzt versuchen',
	refused: (why) => `Abgelehnt: ${why.startsWith('too fast') ? 'zu schnell' : why}`, notCounted: 'Ohne Verbindung zählt das nicht.', noAnswer: 'Der Server hat nicht geantwortet. Ob das gezählt hat, zeigt der Zähler.',
	lost: 'Verbindung verloren.', back: 'Wieder verbunden.',
	connection: 'Verbindung', toasts: 'Meldungen',
	digest: (n, today, online) => `${n} neue Klicks. Heute ${today}. ${online} da.`,
	wall: 'Leinwand', api: 'API', licenses: 'Lizenzen', ok: 'Nun gut', close: 'Schließen',
	helpTitle: 'Befehle', helpText: 'Ins Kommentarfeld tippen und Enter drücken, oder hier wählen.',
	commandColors: 'Farben für deine Klicks', commandForms: 'Aussehen', commandEvents: 'Für alle', commandOthers: 'Sonst',
	plain: 'ohne alles', unknownCommand: (name) => `Den Befehl /${name} gibt es nicht. /help zeigt alle.`, styled: (list) => `Deine Klicks sind jetzt ${list}.`, unstyled: 'Deine Klicks sind wieder schlicht.',
	fireworks: 'Feuerwerk', einstein: 'Einstein', 'lemma 6.7': 'Lemma 6.7', satan: 'Satan', pride: 'Pride', fu: 'FUUU', exmatrikulieren: 'Exmatrikulieren', rickroll: 'Rickroll',
	stamp: 'EXMATRIKULIERT', lyrics: ['Never gonna give you up', 'Never gonna let you down', 'Never gonna run around', 'and desert you'],
	red: 'rot', orange: 'orange', yellow: 'gelb', green: 'grün', blue: 'blau', purple: 'lila', pink: 'rosa',
	big: 'groß', small: 'klein', highlight: 'markiert', fancy: 'vornehm', dotted: 'gepunktet', fire: 'brennend',
	joinIn: 'Mitmachen:',
};

const en = {
	title: 'frust', skip: 'To the button', heroTitle: 'The button',
	press: 'I despair',
	jokes: ['again', 'but why', 'I can’t anymore', 'who comes up with this', 'trivial, they say', 'one more page', 'help',
		'q. e. d., sadly', 'I’ll be a baker', 'and it’s not even eight', 'it is due today', 'see script, p. 404', 'aaaaaaaah', 'I despair (2nd attempt)'],
	plateTop: 'EMERGENCY USE ONLY', plateBottom: 'OR JUST BECAUSE',
	total: 'in total', today: 'today', hour: 'this hour', mine: 'my session',
	name: 'Name', guest: 'Guest', comment: 'Comment', commentHint: 'Why? Or /help',
	left: (n) => `${n} left`,
	feedTitle: 'The record', eventsTitle: 'For everyone', hoursTitle: 'The last two days', weekTitle: 'The week', ranksTitle: 'Most desperate',
	peopleTitle: 'Here right now',
	despairs: 'despairs', triggers: (what) => `triggers ${what}`, more: (n) => `and ${n} more`,
	nobody: 'Nobody yet. Be the first!', unnamed: 'unnamed', others: (n) => `and ${n} more`,
	peak: (when, n) => `At its worst: ${when}, pressed ${n === '1' ? 'once' : `${n} times`}.`, calm: 'All is calm so far.',
	weekNote: (n) => `Pressed ${n === '1' ? 'once' : `${n} times`} in seven days. The hotter, the worse.`, clock: (h) => `${h}:00`,
	connecting: 'connecting …', live: 'live', liveWith: (n) => (n === '1' ? 'live · only you' : `live · ${n} here`), waiting: 'disconnected', offline: 'offline',
	lostText: 'The connection is gone.', offlineText: 'No network.', connectingText: 'Connecting …', retryIn: (n) => `Next try in ${n} s`, tryNow: 'Try now',
	refused: (why) => `Refused: ${why}`, notCounted: 'Without a connection it does not count.', noAnswer: 'The server did not answer. The counter shows whether it counted.',
	lost: 'Connection lost.', back: 'Connected again.',
	connection: 'Connection', toasts: 'Messages',
	digest: (n, today, online) => `${n} new presses. ${today} today. ${online} here.`,
	wall: 'Wall', api: 'API', licenses: 'Licences', ok: 'Very well', close: 'Close',
	helpTitle: 'Commands', helpText: 'Type one into the comment field and press Enter, or choose here.',
	commandColors: 'Colours for your presses', commandForms: 'Looks', commandEvents: 'For everyone', commandOthers: 'More',
	plain: 'plain', unknownCommand: (name) => `There is no command /${name}. /help shows all.`, styled: (list) => `Your presses are now ${list}.`, unstyled: 'Your presses are plain again.',
	fireworks: 'Fireworks', einstein: 'Einstein', 'lemma 6.7': 'Lemma 6.7', satan: 'Satan', pride: 'Pride', fu: 'FUUU', exmatrikulieren: 'Expel', rickroll: 'Rickroll',
	stamp: 'EXPELLED', lyrics: de.lyrics,
	red: 'red', orange: 'orange', yellow: 'yellow', green: 'green', blue: 'blue', purple: 'purple', pink: 'pink',
	big: 'big', small: 'small', highlight: 'highlighted', fancy: 'fancy', dotted: 'dotted', fire: 'on fire',
	joinIn: 'Join in:',
};

export const lang = /^de\b/i.test(navigator.language) ? 'de' : 'en';
const words = lang === 'de' ? de : en;
const numbers = new Intl.NumberFormat(lang);

export const number = (n) => numbers.format(n);

// A word, or a sentence with its parts put in.
export function t(key, ...parts) {
	const word = words[key];
	return typeof word === 'function' ? word(...parts) : word;
}

// Says everything under root that is marked with data-t (text) or data-t-… (an attribute).
export function translate(root) {
	document.documentElement.lang = lang;
	for (const element of root.querySelectorAll('[data-t]'))
		element.textContent = t(element.dataset.t);
	for (const element of root.querySelectorAll('[data-t-label]'))
		element.setAttribute('aria-label', t(element.dataset.tLabel));
	for (const element of root.querySelectorAll('[data-t-placeholder]'))
		element.setAttribute('placeholder', t(element.dataset.tPlaceholder));
}

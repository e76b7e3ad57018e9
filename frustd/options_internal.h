/* What the files of the options share: the kinds of values. */
#ifndef OPTIONS_INTERNAL_H
#define OPTIONS_INTERNAL_H

enum kind {
	INT,
	POWER,
	TEXT,
	FLAG,
	LISTEN,
	PORT,
	ORIGIN,
	PROXY,
	ALLOW,
	RECOVERY,
	LANG,
	TIMEZONE,
	LEVEL,
	FORMAT,
	MODE
};

#endif

/*
 * One run against one server: clients connect, then some of them press. Ends with figures, or with
 * the first thing that was not as it must be.
 */
#ifndef LOAD_RUN_H
#define LOAD_RUN_H

#include "client.h"
#include "histogram.h"
#include "order.h"
#include "usage.h"

enum kinds { KIND_ONE, KIND_OTHER, KIND_MIXED };

struct run_options {
	int port;
	pid_t pid; /* of the server; 0: it is not measured */
	uint32_t clients;
	uint32_t at_once;     /* that may connect at the same time */
	bool join;            /* each says its name */
	enum kinds revision;  /* one: 4, other: 3 */
	enum kinds transport; /* one: WebSocket, other: polling; a presser always has WebSocket */
	uint32_t rest;        /* ms of idleness before memory is measured */
	uint32_t pressers;
	uint32_t window; /* clicks in flight, of all pressers; 0: by rate */
	uint32_t rate;   /* clicks a second */
	uint32_t warmup; /* clicks before those that count */
	uint32_t clicks; /* that count; 0: as many as the time allows */
	uint32_t seconds;
};

struct run_figures {
	double settle_s;   /* until every client knew how many there are */
	double settle_cpu; /* s, of the server */
	uint64_t joins;    /* messages that arrived until then */
	uint64_t rss[2];   /* before and after */
	uint64_t clicks, deliveries;
	double press_s, press_cpu,
		own_cpu;         /* s; the generator's own tells whether it was the limit */
	struct histogram delays; /* from pressing to each delivery */
};

/* NULL, or what went wrong. */
const char *run(const struct run_options *options, struct run_figures *figures);

#endif

/*
 * One visitor's requests to a site from outside, by libcurl (HTTP/1.1, TLS). Knows nothing of what
 * the answers mean.
 */
#ifndef DOCTOR_VISIT_H
#define DOCTOR_VISIT_H

#include "base/buf.h"

struct visit_options {
	const char *url; /* of the site, without a path; borrowed */
	bool insecure;   /* take any certificate */
	long timeout;    /* ms for a request, if nothing else is said */
};

/* What came back. Cleared by the next request into it. */
struct answer {
	int status; /* 0: nothing came, error says why */
	struct fr_buf head, body;
	char error[256];
};
void answer_fini(struct answer *answer);
/* The first header of that name (without case), trimmed; absent when there is none. */
struct fr_str answer_header(const struct answer *answer, struct fr_str name);

struct visit;

/* NULL: no memory. */
struct visit *visit_new(const struct visit_options *options) FR_MUST_CHECK;
/* Takes NULL. */
void visit_free(struct visit *visit);

struct request {
	const char *path;       /* with its query */
	const char *headers[8]; /* "Name: value"; NULL ends them */
	const char *body;       /* NULL: GET; else POST of text/plain */
	size_t body_len;
	long timeout; /* ms; 0: the visit's */
};
/* False when no whole answer came. */
bool visit_ask(struct visit *visit, const struct request *request, struct answer *answer);

/*
 * Asks for a WebSocket on that path. True: it is open, *answer has the head, and visit_frame reads
 * from it until visit_hang_up. False: *answer says what came instead.
 */
bool visit_upgrade(struct visit *visit, const char *path, const char *origin,
		   struct answer *answer);
/* Waits for the next text frame; its payload goes to *out. False when none came in time (ms). */
bool visit_frame(struct visit *visit, long timeout, struct fr_buf *out);
void visit_hang_up(struct visit *visit);

#endif

/*
 * What a site needs of whatever stands between it and its visitors, one check after the other. Each
 * finding says what is wrong and what mends it, in nginx's words.
 */
#ifndef DOCTOR_CHECK_H
#define DOCTOR_CHECK_H

#include "base/json.h"
#include "doctor/visit.h"

struct doctor {
	struct visit *visit;
	const char *url;       /* as given, without a slash at its end */
	const char *origin;    /* the site's, as a page of it sends it */
	unsigned found;        /* what is wrong */
	int64_t ping_interval; /* ms, and the next: as the server told; 0: not known */
	int64_t max_payload;
	struct answer answer; /* of the check that runs */
	struct fr_json json;  /* of its body */
};

/* Prints what was seen: fine, to be known, or wrong (counted) with what mends it (may be NULL). */
void doctor_fine(const char *what, const char *format, ...) FR_PRINTF(2, 3);
void doctor_note(const char *what, const char *format, ...) FR_PRINTF(2, 3);
void doctor_wrong(struct doctor *doctor, const char *what, const char *cure, const char *format,
		  ...) FR_PRINTF(4, 5);

/* Parses the answer's body from its byte `from` on; false when it is no JSON. */
bool doctor_read_json(struct doctor *doctor, size_t from);

/* Whether frustd answers there; without it there is nothing further to look at. */
bool check_api(struct doctor *doctor);
/* The routes, and what should not be seen from outside. */
void check_routes(struct doctor *doctor);
/* The client's address, the site's name and scheme, as frustd sees them. */
void check_forwarded(struct doctor *doctor);
/* A page of the site may connect, another one may not. */
void check_origin(struct doctor *doctor);
/* Answers come compressed to those who take it. */
void check_compression(struct doctor *doctor);
/* A session by polling, a large message, and a poll that waits for its heartbeat; the same by
 * WebSocket. Takes a heartbeat's time. */
void check_sessions(struct doctor *doctor);

#endif

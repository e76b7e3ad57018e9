/*
 * Conversations with a whole server, as scripts that a fuzzer can make up: real HTTP and WebSocket
 * layers over connections in memory, a clock that the script moves. A line is a step; its first
 * letter names one of the connections a to f, its second says what that peer does:
 *
 *     aG<query>|<header>|…   a request; also H(EAD), O(PTIONS), D(ELETE), W (a WebSocket's GET), Z
 *                            (the same with an offer of permessage-deflate)
 *     aP<query>|<body>       POST; also B: the same as application/octet-stream
 *     at<data>               a masked frame of text; also b(inary), p(ing), q (pong), z (text,
 *                            deflated)
 *     ac<code>               a close frame
 *     ar<bytes>              bytes as they are, also instead of HTTP
 *     as<n>                  what it sends comes in pieces of n bytes from now on
 *     aw<n>                  it takes n bytes more and then none; without a number: all
 *     ae, ax                 its end: by FIN, by reset
 *     +<ms>                  time passes
 *
 * In a query $0 to $9 is the sid of the session that was opened first, second …; in data \n, \r, \\
 * and \xHH are bytes. After each line the server turns until nothing moves any more, and everything
 * that it wrote is read: it must be whole and well-formed HTTP answers, WebSocket frames and
 * Engine.IO packets, which the target gets.
 */
#ifndef TESTS_FUZZ_TALK_H
#define TESTS_FUZZ_TALK_H

#include "eio/packet.h"
#include "fuzz/fuzz.h"
#include "helpers/memconn.h"
#include "httpd/server.h"
#include "ws/frame.h"

#define TALK_CONNS 7 /* those with letters, and one for talk_get */
#define TALK_OWN 6
#define TALK_SESSIONS 60
#define TALK_ASKS 64
#define TALK_UPGRADE_MS 500 /* the server's time-out of upgrades */

enum talk_kind { TALK_GET, TALK_HEAD, TALK_POST, TALK_SOCKET, TALK_OTHER };

/* A request whose answer is to come. */
struct talk_ask {
	enum talk_kind kind;
	int session;  /* whose sid it names; -1: none */
	int revision; /* that it asks for */
};

struct talk_conn {
	struct memconn *m; /* NULL: not open */
	struct talk_ask asks[TALK_ASKS];
	unsigned asked, answered; /* counts of them */
	size_t seen;              /* bytes of its output that were read */
	size_t piece;
	struct talk_ask
		opened; /* what opened it as a WebSocket, with the session once it is known */
	bool probe;     /* it belonged to a session when it was opened */
	bool raw;       /* it was sent bytes that are not understood here */
	bool deflate;   /* it offered to */
	bool ws;        /* after its 101 */
	bool goodbye;   /* the server's last word was read */
};

struct talk_session {
	char sid[24];
	int revision;
	bool known; /* its handshake arrived */
	bool gappy; /* an answer got lost on its way: so did what was in it */
};

struct talk {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct talk_conn conns[TALK_CONNS];
	struct talk_session sessions[TALK_SESSIONS];
	int session_count;
	bool wild; /* some answers are not understood: nobody knows what arrived */
	bool full; /* there are more sessions than there is room for */

	/* The target's; set before talk_open. */
	void *ctx;
	void (*flush)(void *ctx); /* before httpd's */
	/* A packet arrived for a session, from now on. Not called when nobody knows whose it is. */
	void (*on_packet)(void *ctx, int session, const struct eio_packet *packet);
};

/* The HTTP server; the target mounts its own on it. One talk at a time (its clock is a static). */
void talk_open(struct talk *talk);
/* A peer's line or time; false when it is for the target itself. */
bool talk_line(struct talk *talk, struct fr_str line);
/* Turns until nothing moves, and reads. */
void talk_turn(struct talk *talk);
void talk_pass(struct talk *talk, uint64_t ms);
/* Nanoseconds that the server takes between two looks at the clock. */
void talk_slow_down(uint64_t ns);
/* The session of that sid, in the order of opening; -1: none. */
int talk_session(const struct talk *talk, struct fr_str sid);
/* A new session; its number, or -1: there is no room. Sessions that the target does not add are
 * when their handshake arrives. */
int talk_add_session(struct talk *talk, struct fr_str sid, int revision);
/* What arrived of the session is all that was sent, as far as anybody can know. */
bool talk_is_sure(const struct talk *talk, int session);
/* Nothing holds the peers up any more, and upgrades that were begun have ended. */
void talk_let_go(struct talk *talk);
/* Has a GET of the polling session sent. False: one waits at the server already. */
bool talk_get(struct talk *talk, int session);
/* Breaks every connection and lets time pass; then nothing may be left in httpd. */
void talk_break(struct talk *talk);
/* The target has freed its own. */
void talk_close(struct talk *talk);

/* The value of "key":"…" in JSON-like text; empty when there is none. */
struct fr_str talk_member(struct fr_str text, const char *key);
/* Appends data with its escapes undone. */
void talk_unescape(struct fr_buf *out, struct fr_str data);
/* A decimal number, small; what is none is 0. */
uint32_t talk_number(struct fr_str text);

#endif

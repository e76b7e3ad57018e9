/*
 * A connection in memory: the test is the peer. What the server writes gathers in `out`; what the
 * peer sends goes in with memconn_recv, in any pieces. The peer's window limits what a write takes,
 * so that short writes and held bytes happen on demand.
 *
 * A real stream calls on_writable and on_closed from its loop; here memconn_pump is that loop. The
 * test owns the memconn and frees it after on_closed came (m->closed).
 */
#ifndef TESTS_HELPERS_MEMCONN_H
#define TESTS_HELPERS_MEMCONN_H

#include "base/buf.h"
#include "net/conn.h"

struct memconn {
	struct net_conn conn; /* for the server: httpd_server_accept(server, &m->conn) */
	struct fr_buf out;    /* what the peer has received; the test may clear it */
	size_t window;        /* bytes that the peer still takes; SIZE_MAX at first: no limit */
	int fail;             /* negative errno: the next write breaks the stream with it */
	size_t writes;        /* calls that took bytes */
	bool finished;        /* the peer has seen the end of the stream */
	bool closed;          /* on_closed was delivered */
	bool paused;

	/* the helper's own */
	struct fr_buf held; /* given to net_conn_hold */
	struct fr_buf in;   /* came while paused */
	int status;
	bool finishing, eof;
};

/* A connection from 127.0.0.1:50000 without a handler. Aborts without memory. */
struct memconn *memconn_new(void);
/* Takes NULL. */
void memconn_free(struct memconn *m);

/* The peer sends; after a close it goes nowhere. */
void memconn_recv(struct memconn *m, const void *bytes, size_t n);
/* The same in pieces of that many bytes. */
void memconn_recv_pieces(struct memconn *m, const void *bytes, size_t n, size_t piece);
/* A C string. */
void memconn_say(struct memconn *m, const char *text);
/* The peer sends no more. */
void memconn_eof(struct memconn *m);
/* The peer resets: on_closed(-ECONNRESET) with the next pump. */
void memconn_reset(struct memconn *m);

/* One turn of the loop: held bytes go as far as the window allows, then on_writable; what came
 * while paused; on_closed. True when anything was called. */
bool memconn_pump(struct memconn *m);
/* What the peer has received since the last memconn_clear. */
struct fr_str memconn_out(const struct memconn *m);
void memconn_clear(struct memconn *m);

#endif

/*
 * What all layers have counted, as one text for who watches the server. Each keeps plain counters;
 * they are read, and written down here, when somebody asks. docs/METRICS.md says what they mean.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "app/hub.h"
#include "base/histogram.h"
#include "eio/server.h"
#include "net/loop.h"
#include "net/tcp.h"
#include "sio/server.h"

/* Of one loop, or of several together. */
struct metrics_loop {
	struct net_loop_counters net;
	struct net_listener_counters accepting;
	struct httpd_counters http;
	struct eio_counters eio;
	struct sio_counters sio;
	size_t connections; /* in HTTP */
	struct eio_census sessions;
	struct fr_histogram delivery_us;
};

struct metrics {
	struct metrics_loop loops;
	struct hub_counters hub;
	size_t clients;
	bool ready;
	struct frust_writer_gauge writer;
	uint64_t uptime_us, cpu_us;
	int64_t started_at; /* s, wall clock */
	uint64_t resident_bytes, database_bytes;
};

void metrics_add_loop(struct metrics_loop *sum, const struct metrics_loop *loop);
void metrics_write(const struct metrics *metrics, struct fr_buf *out);

#endif

#include "app/metrics.h"

#include <assert.h>
#include <stdio.h>

#include <frust/version.h>

#include "app/prom.h"

/* --- several loops --- */

/* Counters are structs of uint64_t and nothing else. */
static void add_all(void *sum, const void *counters, size_t size)
{
	uint64_t *to = sum;
	const uint64_t *from = counters;

	for (size_t i = 0; i < size / sizeof(*to); i++)
		to[i] += from[i];
}

void metrics_add_loop(struct metrics_loop *sum, const struct metrics_loop *loop)
{
	add_all(&sum->net, &loop->net, sizeof(sum->net));
	add_all(&sum->accepting, &loop->accepting, sizeof(sum->accepting));
	add_all(&sum->http, &loop->http, sizeof(sum->http));
	add_all(&sum->eio, &loop->eio, sizeof(sum->eio));
	add_all(&sum->sio, &loop->sio, sizeof(sum->sio));
	add_all(&sum->delivery_us, &loop->delivery_us, sizeof(sum->delivery_us));
	sum->connections += loop->connections;
	for (size_t i = 0; i < FR_ARRAY_LEN(sum->sessions.polling); i++) {
		sum->sessions.polling[i] += loop->sessions.polling[i];
		sum->sessions.websocket[i] += loop->sessions.websocket[i];
	}
	sum->sessions.waiting += loop->sessions.waiting;
}

/* --- writing --- */

static void counter(struct fr_buf *out, const char *name, const char *help, uint64_t value)
{
	prom_begin(out, name, "counter", help);
	prom_value(out, name, NULL, value);
}

static void gauge(struct fr_buf *out, const char *name, const char *help, uint64_t value)
{
	prom_begin(out, name, "gauge", help);
	prom_value(out, name, NULL, value);
}

static void add_process(const struct metrics *metrics, struct fr_buf *out)
{
	prom_begin(out, "frust_build_info", "gauge", "The running version, as a label.");
	prom_value(out, "frust_build_info", "version=\"" FRUST_VERSION "\"", 1);
	prom_begin(out, "frust_uptime_seconds", "gauge", "Time since the start.");
	prom_seconds(out, "frust_uptime_seconds", NULL, metrics->uptime_us);
	gauge(out, "process_start_time_seconds", "Start, in seconds of the Unix epoch.",
	      (uint64_t)metrics->started_at);
	prom_begin(out, "process_cpu_seconds_total", "counter", "CPU time, user and system.");
	prom_seconds(out, "process_cpu_seconds_total", NULL, metrics->cpu_us);
	gauge(out, "process_resident_memory_bytes", "Resident memory.", metrics->resident_bytes);
}

static void add_sessions(const struct metrics_loop *loops, struct fr_buf *out)
{
	char labels[64];

	prom_begin(out, "frust_sessions", "gauge",
		   "Engine.IO sessions by transport and protocol revision.");
	for (unsigned i = 0; i < FR_ARRAY_LEN(loops->sessions.polling); i++) {
		snprintf(labels, sizeof(labels), "transport=\"polling\",protocol=\"%u\"",
			 EIO_CENSUS_FIRST + i);
		prom_value(out, "frust_sessions", labels, loops->sessions.polling[i]);
		snprintf(labels, sizeof(labels), "transport=\"websocket\",protocol=\"%u\"",
			 EIO_CENSUS_FIRST + i);
		prom_value(out, "frust_sessions", labels, loops->sessions.websocket[i]);
	}
}

static void add_network(const struct metrics *metrics, struct fr_buf *out)
{
	const struct metrics_loop *loops = &metrics->loops;

	gauge(out, "frust_http_connections", "Connections that speak HTTP, not WebSocket.",
	      loops->connections);
	add_sessions(loops, out);
	gauge(out, "frust_clients", "Connected Socket.IO clients, the site's user_count.",
	      metrics->clients);
	counter(out, "frust_network_received_bytes_total", "Bytes read from all connections.",
		loops->net.received);
	counter(out, "frust_network_sent_bytes_total", "Bytes written to all connections.",
		loops->net.sent);
	gauge(out, "frust_send_queue_bytes", "Bytes that wait for clients to take them.",
	      loops->sessions.waiting);
	prom_histogram_us(out, "frust_loop_turn_duration_seconds",
			  "A turn of the loop: how long who came next had to wait for it.",
			  &loops->net.turn_us);
	prom_histogram_us(out, "frust_delivery_duration_seconds",
			  "From the arrival of a click or event until it was written to all who "
			  "follow.",
			  &loops->delivery_us);
}

/* What is counted by reason, one metric. */
struct reason {
	const char *word;
	size_t offset; /* of its counter in the struct */
};

static void add_reasons(struct fr_buf *out, const char *name, const char *help,
			const struct reason *reasons, size_t n, const void *counters)
{
	char labels[64];
	uint64_t value;

	prom_begin(out, name, "counter", help);
	for (size_t i = 0; i < n; i++) {
		snprintf(labels, sizeof(labels), "reason=\"%s\"", reasons[i].word);
		memcpy(&value, (const char *)counters + reasons[i].offset, sizeof(value));
		prom_value(out, name, labels, value);
	}
}

#define HTTP(member) offsetof(struct httpd_counters, member)
#define EIO(member) offsetof(struct eio_counters, member)
#define SIO(member) offsetof(struct sio_counters, member)

static void add_http(const struct metrics_loop *loops, struct fr_buf *out)
{
	static const struct reason refused[] = {
		{"connections", HTTP(conns_refused_full)},
		{"address_connections", HTTP(conns_refused_address)},
		{"address_rate", HTTP(conns_refused_rate)},
		{"proxied_address_connections", HTTP(requests_refused_address)},
		{"malformed", HTTP(refused_malformed)},
		{"header_size", HTTP(refused_header_size)},
		{"body_size", HTTP(refused_body_size)},
		{"header_time", HTTP(refused_header_time)},
		{"body_time", HTTP(refused_body_time)},
		{"incoming", HTTP(refused_incoming)},
		{"memory", HTTP(refused_memory)},
	};
	static const struct reason closed[] = {
		{"idle", HTTP(closed_idle)},
		{"unread", HTTP(closed_unread)},
		{"pipelined", HTTP(closed_pipelined)},
	};

	counter(out, "frust_connections_accepted_total", "Connections that were accepted.",
		loops->accepting.accepted);
	counter(out, "frust_accept_pauses_total",
		"Times that accepting paused for want of file descriptors or memory.",
		loops->accepting.pauses);
	counter(out, "frust_http_requests_total", "Requests that reached a handler.",
		loops->http.requests);
	add_reasons(out, "frust_http_refusals_total",
		    "Connections and requests that reached no handler, by reason.", refused,
		    FR_ARRAY_LEN(refused), &loops->http);
	add_reasons(out, "frust_http_closed_total", "Connections that were given up, by reason.",
		    closed, FR_ARRAY_LEN(closed), &loops->http);
}

static void add_eio(const struct metrics_loop *loops, struct fr_buf *out)
{
	static const struct reason ended[] = {
		{"client", EIO(ended[EIO_CLIENT_CLOSE])},
		{"transport_error", EIO(ended[EIO_TRANSPORT_ERROR])},
		{"protocol_error", EIO(ended[EIO_PROTOCOL_ERROR])},
		{"timeout", EIO(ended[EIO_TIMEOUT])},
		{"flood", EIO(ended[EIO_FLOOD])},
		{"slow", EIO(ended[EIO_SLOW])},
		{"server", EIO(ended[EIO_SERVER_CLOSE])},
		{"shutdown", EIO(ended[EIO_SHUTDOWN])},
	};
	static const struct reason refused[] = {
		{"connections", EIO(sessions_refused_full)},
		{"address_connections", EIO(sessions_refused_address)},
		{"address_rate", EIO(sessions_refused_rate)},
		{"transport", EIO(refused_transport)},
		{"sid", EIO(refused_sid)},
		{"method", EIO(refused_method)},
		{"request", EIO(refused_request)},
		{"origin", EIO(refused_origin)},
		{"version", EIO(refused_version)},
		{"message_size", EIO(messages_too_large)},
		{"incoming", EIO(messages_no_room)},
	};

	counter(out, "frust_sessions_opened_total", "Engine.IO sessions that began.",
		loops->eio.sessions);
	add_reasons(out, "frust_sessions_ended_total",
		    "Engine.IO sessions that ended, by reason; slow: a client did not keep up.",
		    ended, FR_ARRAY_LEN(ended), &loops->eio);
	add_reasons(out, "frust_session_refusals_total",
		    "Requests and messages that sessions refused, by reason.", refused,
		    FR_ARRAY_LEN(refused), &loops->eio);
	counter(out, "frust_pings_unanswered_total",
		"Pings of WebSockets for which the pong to a later one had to do.",
		loops->eio.pongs_merged);
	counter(out, "frust_upgrades_total", "Upgrades from polling to WebSocket.",
		loops->eio.upgrades);
	counter(out, "frust_upgrade_failures_total", "Upgrades that began and were given up.",
		loops->eio.upgrades_failed);
}

static void add_sio(const struct metrics_loop *loops, struct fr_buf *out)
{
	static const struct reason refused[] = {
		{"namespace", SIO(connects_unknown)},
		{"namespaces", SIO(connects_too_many)},
		{"connect_time", SIO(connects_timed_out)},
		{"malformed", SIO(packets_malformed)},
		{"attachments", SIO(packets_too_many_attachments)},
		{"packet_size", SIO(packets_too_large)},
		{"incoming", SIO(packets_no_room)},
	};

	counter(out, "frust_connects_total", "Connects to a namespace that were accepted.",
		loops->sio.connects);
	add_reasons(out, "frust_packet_refusals_total",
		    "Connects and packets that Socket.IO refused, by reason.", refused,
		    FR_ARRAY_LEN(refused), &loops->sio);
}

static void add_presses(const struct metrics *metrics, struct fr_buf *out)
{
	char labels[64];

	prom_begin(out, "frust_presses_total", "counter", "Clicks and events that were stored.");
	prom_value(out, "frust_presses_total", "kind=\"click\"", metrics->hub.clicks);
	prom_value(out, "frust_presses_total", "kind=\"event\"", metrics->hub.events);
	counter(out, "frust_clicks_unshown_total",
		"Clicks that were stored and left out of the sample that people are shown.",
		metrics->hub.unshown);
	prom_begin(out, "frust_refusals_total", "counter",
		   "Clicks, events and names that were refused, by reason.");
	for (int i = 0; i < TEXT_REFUSED_END; i++) {
		if (!text_refusal_word(i))
			continue;
		snprintf(labels, sizeof(labels), "reason=\"%s\"", text_refusal_word(i));
		prom_value(out, "frust_refusals_total", labels, metrics->hub.refused[i]);
	}
}

static void add_public_histogram(struct fr_buf *out, const char *name, const char *help,
				 const struct frust_histogram *histogram,
				 void (*add)(struct fr_buf *, const char *, const char *,
					     const struct fr_histogram *))
{
	struct fr_histogram copy;

	static_assert(sizeof(copy) == sizeof(*histogram), "one is the public form of the other");
	memcpy(&copy, histogram, sizeof(copy));
	add(out, name, help, &copy);
}

static void add_store(const struct metrics *metrics, struct fr_buf *out)
{
	gauge(out, "frust_ready", "1 when clicks can be stored, else 0.", metrics->ready);
	gauge(out, "frust_writer_queue_records", "Clicks and events that wait for the disk.",
	      metrics->writer.pending);
	counter(out, "frust_commit_failures_total", "Transactions that did not commit.",
		metrics->writer.failed);
	add_public_histogram(out, "frust_commit_duration_seconds",
			     "A transaction, until it was safe on the disk.",
			     &metrics->writer.commit_us, prom_histogram_us);
	add_public_histogram(out, "frust_commit_size_records",
			     "Clicks and events that shared a transaction.",
			     &metrics->writer.batch_size, prom_histogram);
	gauge(out, "frust_database_size_bytes", "The database's files.", metrics->database_bytes);
}

void metrics_write(const struct metrics *metrics, struct fr_buf *out)
{
	add_process(metrics, out);
	add_network(metrics, out);
	add_http(&metrics->loops, out);
	add_eio(&metrics->loops, out);
	add_sio(&metrics->loops, out);
	add_presses(metrics, out);
	add_store(metrics, out);
}

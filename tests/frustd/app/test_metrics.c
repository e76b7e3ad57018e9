#include "app/metrics.h"

#include "helpers/check.h"

#define WORDS (sizeof(struct metrics_loop) / sizeof(uint64_t))

/* Of every number that there is, also of those that come later. */
static void loops_add_up(void **state)
{
	uint64_t words[WORDS];
	struct metrics_loop loop, sum = {0};

	(void)state;
	for (size_t i = 0; i < WORDS; i++)
		words[i] = i + 1;
	memcpy(&loop, words, sizeof(loop));
	for (int i = 0; i < 3; i++)
		metrics_add_loop(&sum, &loop);
	memcpy(words, &sum, sizeof(sum));
	for (size_t i = 0; i < WORDS; i++)
		CHECK_INT(words[i], 3 * (i + 1));
}

static bool has(const struct fr_buf *out, const char *text)
{
	return memmem(out->at, out->len, text, strlen(text)) != NULL;
}

static void each_number_has_its_line(void **state)
{
	struct metrics metrics = {
		.clients = 3,
		.ready = true,
		.uptime_us = 61000001,
		.hub.clicks = 4,
		.hub.refused[TEXT_REFUSED_CROWD] = 5,
		.loops.http.refused_body_size = 6,
		.loops.http.closed_pipelined = 7,
		.loops.eio.ended[EIO_SLOW] = 8,
		.loops.eio.messages_too_large = 9,
		.loops.eio.pongs_merged = 15,
		.loops.sio.connects_too_many = 14,
		.loops.sessions.polling[1] = 10,
		.loops.sessions.websocket[0] = 11,
		.loops.accepting.pauses = 12,
		.writer.commit_us = {.counts[3] = 13, .sum = 100},
	};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	metrics_write(&metrics, &out);
	CHECK_INT(fr_buf_error(&out), 0);
	CHECK(has(&out, "\nfrust_clients 3\n"));
	CHECK(has(&out, "\nfrust_ready 1\n"));
	CHECK(has(&out, "\nfrust_uptime_seconds 61.000001\n"));
	CHECK(has(&out, "\nfrust_presses_total{kind=\"click\"} 4\n"));
	CHECK(has(&out, "\nfrust_refusals_total{reason=\"address_rate\"} 5\n"));
	CHECK(has(&out, "\nfrust_http_refusals_total{reason=\"body_size\"} 6\n"));
	CHECK(has(&out, "\nfrust_http_closed_total{reason=\"pipelined\"} 7\n"));
	CHECK(has(&out, "\nfrust_sessions_ended_total{reason=\"slow\"} 8\n"));
	CHECK(has(&out, "\nfrust_session_refusals_total{reason=\"message_size\"} 9\n"));
	CHECK(has(&out, "\nfrust_packet_refusals_total{reason=\"namespaces\"} 14\n"));
	CHECK(has(&out, "\nfrust_pings_unanswered_total 15\n"));
	CHECK(has(&out, "\nfrust_sessions{transport=\"polling\",protocol=\"4\"} 10\n"));
	CHECK(has(&out, "\nfrust_sessions{transport=\"websocket\",protocol=\"3\"} 11\n"));
	CHECK(has(&out, "\nfrust_accept_pauses_total 12\n"));
	CHECK(has(&out, "\nfrust_commit_duration_seconds_bucket{le=\"0.000004\"} 0\n"
			"frust_commit_duration_seconds_bucket{le=\"0.000008\"} 13\n"));
	CHECK(has(&out, "\nfrust_commit_duration_seconds_sum 0.000100\n"
			"frust_commit_duration_seconds_count 13\n"));
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loops_add_up),
		cmocka_unit_test(each_number_has_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

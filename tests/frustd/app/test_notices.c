/* What the operator is told, and how often. */
#include "helpers/check.h"

#include <errno.h>
#include <stdlib.h>

#include "notices.h"

struct desk {
	struct net_timers timers;
	struct fr_log log;
	struct notices notices;
	struct net_address peer;
	char *text;
	size_t len;
};

static void setup(struct desk *desk)
{
	*desk = (struct desk){.log = {.level = FR_LOG_DEBUG, .name = "frustd"}};
	desk->log.to = open_memstream(&desk->text, &desk->len);
	CHECK(desk->log.to != NULL);
	net_timers_init(&desk->timers, 0, NULL);
	CHECK(net_address_parse_host(FR_STR("192.0.2.1"), &desk->peer));
	notices_init(&desk->notices, &desk->log, &desk->timers);
}

static void check_log(struct desk *desk, const char *expected)
{
	fclose(desk->log.to);
	CHECK_TEXT(desk->text, expected);
	free(desk->text);
}

static void each_kind_is_told_once_a_second(void **state)
{
	struct desk desk;

	(void)state;
	setup(&desk);
	for (int i = 0; i < 5; i++)
		notices_eio(&desk.notices, EIO_NOTICE_ORIGIN_REFUSED, &desk.peer, NULL,
			    FR_STR("o"));
	notices_eio(&desk.notices, EIO_NOTICE_SLOW, &desk.peer, "ABCDEFGHIJKLMNOPQRST",
		    FR_STR_NULL);
	net_timers_run(&desk.timers, 999);
	notices_eio(&desk.notices, EIO_NOTICE_ORIGIN_REFUSED, &desk.peer, NULL, FR_STR("o"));
	net_timers_run(&desk.timers, 1000);
	notices_eio(&desk.notices, EIO_NOTICE_ORIGIN_REFUSED, &desk.peer, NULL, FR_STR("p"));
	net_timers_run(&desk.timers, 2000);
	notices_eio(&desk.notices, EIO_NOTICE_ORIGIN_REFUSED, &desk.peer, NULL, FR_STR("q"));
	check_log(&desk,
		  "frustd: warn: 192.0.2.1: origin refused: o\n"
		  "frustd: warn: 192.0.2.1 ABCDEFGH: client too slow, closed (--send-window, "
		  "--queue-max)\n"
		  "frustd: warn: 192.0.2.1: origin refused: p (5 more before)\n"
		  "frustd: warn: 192.0.2.1: origin refused: q\n");
}

static void a_refusal_names_the_option_and_no_session(void **state)
{
	struct desk desk;

	(void)state;
	setup(&desk);
	notices_refused(&desk.notices, &desk.peer, 503, FR_STR_NULL);
	notices_refused(&desk.notices, &desk.peer, 429, FR_STR("/x?sid=secret"));
	notices_refused(&desk.notices, &desk.peer, 413, FR_STR("/x?sid=secret"));
	notices_refused(&desk.notices, &desk.peer, 413, FR_STR("/y"));
	notices_refused(&desk.notices, &desk.peer, 400, FR_STR_NULL);
	notices_refused(&desk.notices, &desk.peer, 400, FR_STR_NULL);
	check_log(&desk,
		  "frustd: warn: 192.0.2.1: refused with 503 (--connections-max, --incoming-max)\n"
		  "frustd: warn: 192.0.2.1: refused with 429 (--address-connections-max, "
		  "--address-rate): /x\n"
		  "frustd: warn: 192.0.2.1: refused with 413 (--message-max): /x\n"
		  "frustd: debug: 192.0.2.1: refused with 400\n"
		  "frustd: debug: 192.0.2.1: refused with 400\n");
}

static void a_pause_of_accepting_is_told(void **state)
{
	struct desk desk;

	(void)state;
	setup(&desk);
	for (int i = 0; i < 9; i++)
		notices_exhausted(&desk.notices, -EMFILE);
	check_log(&desk, "frustd: warn: accepting pauses until there are file descriptors and "
			 "memory again: Too many open files\n");
}

static void the_trace_has_a_line_for_each_move(void **state)
{
	struct desk desk;

	(void)state;
	setup(&desk);
	notices_conn(&desk.notices, &desk.peer, HTTPD_CONN_IDLE, HTTPD_CONN_HEAD);
	desk.log.level = FR_LOG_TRACE;
	notices_conn(&desk.notices, &desk.peer, HTTPD_CONN_HEAD, HTTPD_CONN_ASKED);
	notices_conn(&desk.notices, &desk.peer, HTTPD_CONN_ASKED, HTTPD_CONN_CLOSED);
	check_log(&desk, "frustd: trace: 192.0.2.1: connection from head to asked\n"
			 "frustd: trace: 192.0.2.1: connection from asked to closed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_told_once_a_second),
		cmocka_unit_test(a_refusal_names_the_option_and_no_session),
		cmocka_unit_test(a_pause_of_accepting_is_told),
		cmocka_unit_test(the_trace_has_a_line_for_each_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

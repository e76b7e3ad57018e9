/*
 * Requests that are for another server: over real sockets, from one server to another on the same
 * loop, by letter. What the peer gets back must not tell that there are two.
 */
#include "helpers/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd/server.h"

#define PIECES 8

struct place {
	struct net_loop *loop;
	struct net_hook hook;
	struct net_mailbox *mailbox; /* of the loop */
	struct net_wakeup *done;
	struct net_listener *listener;
	struct httpd_server *here, *there;
	int moved;
	bool lost; /* parcels are freed unopened */
	/* the peer's */
	const char *const *pieces;
	int fd;
	char in[4096];
	size_t in_len;
};

static void open_there(struct net_letter *letter, void *ctx)
{
	struct net_parcel *parcel = FR_CONTAINER_OF(letter, struct net_parcel, letter);
	struct place *place = ctx;

	if (place && !place->lost)
		net_parcel_open(parcel, place->loop, httpd_server_adopt, place->there);
	else
		net_parcel_free(parcel);
}

static void on_moved(void *ctx, struct net_parcel *parcel)
{
	struct place *place = ctx;

	place->moved++;
	parcel->letter.read = open_there;
	net_mailbox_send(place->mailbox, &parcel->letter);
}

static void move(void *ctx, struct httpd_exchange *exchange)
{
	httpd_exchange_move(exchange, on_moved, ctx);
}

static void answer(struct httpd_exchange *exchange, const char *head)
{
	struct fr_buf body = FR_BUF_INIT;

	fr_buf_printf(&body, "<%s %.*s>", head, FR_STR_ARG(exchange->request.body));
	httpd_exchange_respond(exchange,
			       &(struct httpd_response){.status = 200, .body = fr_buf_str(&body)});
	fr_buf_fini(&body);
}

static void answer_here(void *ctx, struct httpd_exchange *exchange)
{
	(void)ctx;
	answer(exchange, "here");
}

static void answer_there(void *ctx, struct httpd_exchange *exchange)
{
	(void)ctx;
	answer(exchange, "there");
}

static void on_turn(void *ctx)
{
	struct place *place = ctx;

	httpd_server_flush(place->here);
	httpd_server_flush(place->there);
}

static void on_done(void *ctx)
{
	struct place *place = ctx;

	net_loop_stop(place->loop);
}

static void open_place(struct place *place)
{
	struct httpd_options options = httpd_options_default();
	struct net_timers *timers;
	struct net_address address;

	*place = (struct place){.fd = -1};
	CHECK_INT(net_loop_open(&place->loop), 0);
	timers = net_loop_timers(place->loop);
	place->hook = (struct net_hook){.fn = on_turn, .ctx = place};
	net_loop_before_poll(place->loop, &place->hook);
	CHECK_INT(net_mailbox_open(place->loop, place, &place->mailbox), 0);
	CHECK_INT(net_wakeup_open(place->loop, on_done, place, &place->done), 0);
	place->here = httpd_server_new(timers, &options);
	place->there = httpd_server_new(timers, &options);
	CHECK(place->here && place->there);
	CHECK_INT(httpd_server_route(place->here, FR_STR("/far"), ~0u, move, place), 0);
	httpd_server_announce(place->here, FR_STR("/far"), move);
	CHECK_INT(httpd_server_route(place->here, FR_STR("/near"), ~0u, answer_here, NULL), 0);
	CHECK_INT(httpd_server_route(place->there, FR_STR("/far"), ~0u, answer_there, NULL), 0);
	CHECK_INT(httpd_server_route(place->there, FR_STR("/near"), ~0u, answer_there, NULL), 0);
	CHECK(net_address_parse(FR_STR("127.0.0.1:0"), &address));
	CHECK_INT(net_listener_open(place->loop, &address, httpd_server_accept, place->here,
				    &place->listener),
		  0);
}

static void close_place(struct place *place)
{
	net_listener_close(place->listener);
	net_hook_remove(&place->hook);
	net_mailbox_close(place->mailbox);
	net_wakeup_close(place->done);
	net_loop_drop_conns(place->loop);
	httpd_server_free(place->here);
	httpd_server_free(place->there);
	net_loop_close(place->loop);
}

/* So that pieces rarely arrive together; who has to be asked for the next waits for that. */
static void pause_after(const struct place *place, const char *piece)
{
	struct pollfd answer = {.fd = place->fd, .events = POLLIN};

	poll(&answer, 1, strstr(piece, "Expect:") ? -1 : 2);
}

/* Says its pieces with pauses, and reads to the end. */
static void *talk(void *ctx)
{
	struct place *place = ctx;
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(net_listener_address(place->listener)->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	ssize_t n = 0;

	place->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(place->fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
		for (int i = 0; i < PIECES && place->pieces[i]; i++) {
			if (i)
				pause_after(place, place->pieces[i - 1]);
			n = send(place->fd, place->pieces[i], strlen(place->pieces[i]),
				 MSG_NOSIGNAL);
		}
		while (n > 0) {
			n = read(place->fd, place->in + place->in_len,
				 sizeof(place->in) - place->in_len);
			place->in_len += n > 0 ? (size_t)n : 0;
		}
	}
	close(place->fd);
	net_wakeup_send(place->done);
	return NULL;
}

/* The bodies and statuses of what the peer was answered. */
static void condense(const struct place *place, struct fr_buf *out)
{
	struct fr_str rest = fr_str(place->in, place->in_len);

	while (rest.len) {
		if (fr_str_starts(rest, FR_STR("HTTP/1.1 100")))
			fr_buf_add_str(out, FR_STR("(go on)"));
		if (rest.at[0] == '<') {
			size_t n = fr_str_find(rest, '>') + 1;

			fr_buf_add(out, rest.at, n);
			rest = fr_str_skip(rest, n);
		} else {
			rest = fr_str_skip(rest, 1);
		}
	}
}

static void converse(struct place *place, const char *const *pieces)
{
	pthread_t thread;

	place->pieces = pieces;
	CHECK_INT(pthread_create(&thread, NULL, talk, place), 0);
	CHECK_INT(net_loop_run(place->loop), 0);
	pthread_join(thread, NULL);
}

#define HTTP " HTTP/1.1\r\nHost: a\r\n"
#define LAST "Connection: close\r\n"

static const struct {
	const char *name;
	const char *pieces[PIECES];
	const char *answers;
	int moved;
} cases[] = {
	{"without a body", {"GET /far" HTTP LAST "\r\n"}, "<there >", 1},
	{"in pieces", {"GET /f", "ar HTTP/1.1\r\nHo", "st: a\r\n" LAST "\r", "\n"}, "<there >", 1},
	{"with its body",
	 {"POST /far" HTTP LAST "Content-Length: 5\r\n\r\nhello"},
	 "<there hello>",
	 1},
	{"with a body that comes later",
	 {"POST /far" HTTP LAST "Content-Length: 5\r\n\r\n", "he", "llo"},
	 "<there hello>",
	 1},
	{"with a body in chunks",
	 {"POST /far" HTTP LAST "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n",
	  "3\r\nllo\r\n0\r\n\r\n"},
	 "<there hello>",
	 1},
	{"with a body that waits to be asked for",
	 {"POST /far" HTTP LAST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", "hi"},
	 "(go on)<there hi>",
	 1},
	{"behind others and before others",
	 {"GET /near" HTTP "\r\nPOST /near" HTTP "Content-Length: 1\r\n\r\naGET /far" HTTP
	  "\r\nGET /near" HTTP "\r\nPOST /far" HTTP LAST "Content-Length: 1\r\n\r\nb"},
	 "<here ><here a><there ><there ><there b>",
	 1},
	{"after a while",
	 {"GET /near" HTTP "\r\n", "GET /far" HTTP "\r\n", "GET /near" HTTP LAST "\r\n"},
	 "<here ><there ><there >",
	 1},
};

static void a_request_goes_where_it_belongs_and_the_connection_with_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf answers = FR_BUF_INIT;
		struct place place;

		open_place(&place);
		converse(&place, cases[i].pieces);
		condense(&place, &answers);
		if (!fr_str_eq(fr_buf_str(&answers), fr_str_of(cases[i].answers)))
			fail_msg("%s: %.*s", cases[i].name, (int)place.in_len, place.in);
		CHECK_INT(place.moved, cases[i].moved);
		CHECK_INT(httpd_server_conns(place.here), 0);
		fr_buf_fini(&answers);
		close_place(&place);
	}
}

static void a_parcel_that_nobody_opens_closes_the_connection(void **state)
{
	static const char *const pieces[PIECES] = {"GET /far" HTTP "\r\n"};
	struct place place;

	(void)state;
	open_place(&place);
	place.lost = true;
	converse(&place, pieces);
	CHECK_INT(place.moved, 1);
	CHECK_INT(place.in_len, 0);
	close_place(&place);
}

/* The request came before the end, and found its way only now. */
static void a_server_that_closes_answers_what_was_moved_to_it(void **state)
{
	static const char *const pieces[PIECES] = {"GET /far" HTTP "\r\n"};
	struct fr_buf answers = FR_BUF_INIT;
	struct place place;

	(void)state;
	open_place(&place);
	httpd_server_close(place.there);
	converse(&place, pieces);
	condense(&place, &answers);
	CHECK_STR(fr_buf_str(&answers), "<there >");
	fr_buf_fini(&answers);
	close_place(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_goes_where_it_belongs_and_the_connection_with_it),
		cmocka_unit_test(a_parcel_that_nobody_opens_closes_the_connection),
		cmocka_unit_test(a_server_that_closes_answers_what_was_moved_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

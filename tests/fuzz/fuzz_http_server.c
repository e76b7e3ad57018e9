/*
 * A whole HTTP server on one connection: what the peer gets are the answers to the requests that
 * the parser finds in the stream, each once and in order, however the stream is cut and however
 * slowly the peer reads. The first four bytes choose how; the rest is the stream.
 */
#include "fuzz/fuzz.h"
#include "helpers/memconn.h"
#include "httpd/parser.h"
#include "httpd/server.h"

#define BIG 20000
#define HEADER_MAX 1024
#define BODY_MAX 600
#define REQUESTS 200

struct site {
	struct net_timers timers;
	struct httpd_server *server;
	struct memconn *m;
	struct net_chunk *big;
	struct httpd_exchange *waiting;
	struct fuzz_dice dice;
	size_t asked, deferred, settled; /* requests; deferred ones; those answered or aborted */
	unsigned flushes_to_eof;         /* 0: the stream stays open */
	bool taken, cut;                 /* cut: the end of the stream may have cut answers off */
};

/* --- the handlers --- */

static void respond(struct httpd_exchange *exchange, struct fr_str body)
{
	httpd_exchange_respond(exchange, &(struct httpd_response){.status = 200, .body = body});
}

static void on_hello(void *ctx, struct httpd_exchange *exchange)
{
	((struct site *)ctx)->asked++;
	respond(exchange, FR_STR("hello"));
}

static void on_echo(void *ctx, struct httpd_exchange *exchange)
{
	((struct site *)ctx)->asked++;
	respond(exchange, exchange->request.body);
}

static void on_big(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	site->asked++;
	httpd_exchange_respond(exchange,
			       &(struct httpd_response){.status = 200, .chunk = site->big});
}

static void on_abort(void *ctx)
{
	struct site *site = ctx;

	FUZZ_CHECK(site->waiting != NULL);
	site->waiting = NULL;
	site->settled++;
	site->cut = true;
}

static void on_wait(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	FUZZ_CHECK(!site->waiting); /* one at a time on a connection */
	site->asked++;
	site->deferred++;
	site->waiting = httpd_exchange_defer(exchange, on_abort, site);
	FUZZ_CHECK(site->waiting != NULL);
}

static void answer_waiting(struct site *site)
{
	struct httpd_exchange *exchange = site->waiting;

	if (!exchange)
		return;
	site->waiting = NULL;
	site->settled++;
	respond(exchange, FR_STR("waited"));
}

static void taken_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct site *site = ctx;

	FUZZ_CHECK(site->taken && bytes && n > 0);
}

static void taken_ignore(void *ctx)
{
	FUZZ_CHECK(((struct site *)ctx)->taken);
}

static void taken_closed(void *ctx, int status)
{
	(void)status;
	FUZZ_CHECK(((struct site *)ctx)->taken);
}

static void on_take(void *ctx, struct httpd_exchange *exchange)
{
	static const struct net_conn_handler handler = {taken_recv, taken_ignore, taken_ignore,
							taken_closed};
	struct site *site = ctx;
	struct net_conn *conn;

	site->asked++;
	if (httpd_exchange_take(exchange, FR_STR("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
				&handler, site, &conn) == 0)
		site->taken = true;
	else
		site->cut = true;
}

/* --- what should come back --- */

static const struct route {
	const char *path;
	unsigned methods;
	httpd_handler_fn fn;
	char kind;
} routes[] = {
	{"/hello", HTTPD_GET, on_hello, 'h'}, {"/echo", HTTPD_POST, on_echo, 'e'},
	{"/big", HTTPD_GET, on_big, 'b'},     {"/wait", HTTPD_GET, on_wait, 'w'},
	{"/take", HTTPD_GET, on_take, 't'},
};

struct expected {
	int status;
	bool head, last;
	struct fr_buf body; /* of the handlers' answers */
};

/* What a request is answered with. */
static void expect(const struct httpd_request *request, struct expected *expected)
{
	expected->status = 404;
	expected->head = request->method == HTTPD_HEAD;
	expected->last = !request->keep_alive;
	for (size_t i = 0; i < FR_ARRAY_LEN(routes); i++) {
		unsigned methods = routes[i].methods;

		if (!fr_str_eq(request->path, fr_str_of(routes[i].path)))
			continue;
		methods |= methods & HTTPD_GET ? HTTPD_HEAD : 0;
		if (!(methods & request->method)) {
			expected->status = 405;
			continue;
		}
		expected->status = routes[i].kind == 't' ? 101 : 200;
		expected->last = expected->last || routes[i].kind == 't';
		if (routes[i].kind == 'e')
			fr_buf_add_str(&expected->body, request->body);
		else if (routes[i].kind == 'b')
			expected->status = 299; /* see read_answer */
		else
			fr_buf_add_str(&expected->body,
				       routes[i].kind == 'w' ? FR_STR("waited") : FR_STR("hello"));
	}
}

static bool expects_more(const struct httpd_request *request, struct expected *expected)
{
	struct fr_str expect = httpd_request_header(request, FR_STR("expect"));

	if (!expect.at || request->minor == 0 || fr_str_caseeq(expect, FR_STR("100-continue")))
		return true;
	expected->status = 417;
	return false;
}

/* Reads the stream as the server has to; returns how many answers there will be. */
static size_t read_stream(struct fr_str stream, struct expected *expected)
{
	const struct httpd_limits limits = {512, HEADER_MAX, BODY_MAX};
	struct httpd_parser *parser = httpd_parser_new(&limits);
	size_t n = 0, used = 0;

	FUZZ_CHECK(parser != NULL);
	while (stream.len && n < REQUESTS) {
		enum httpd_parse result = httpd_parser_recv(parser, (const uint8_t *)stream.at,
							    stream.len, &used);

		stream = fr_str_skip(stream, used);
		if (result == HTTPD_PARSE_REFUSED) {
			expected[n++].status = httpd_parser_refusal(parser);
			break;
		}
		if (result == HTTPD_PARSE_HEAD &&
		    !expects_more(httpd_parser_request(parser), &expected[n])) {
			n++;
			break;
		}
		if (result != HTTPD_PARSE_DONE)
			continue;
		expect(httpd_parser_request(parser), &expected[n]);
		if (expected[n++].last)
			break;
		httpd_parser_reset(parser);
	}
	httpd_parser_free(parser);
	return n;
}

/* --- what came back --- */

static size_t number_after(struct fr_str head, const char *name)
{
	const char *at = memmem(head.at, head.len, name, strlen(name));

	return at ? (size_t)strtoul(at + strlen(name), NULL, 10) : 0;
}

/* Checks the answer at the front of out against what is expected; 0: it is not whole. */
static size_t read_answer(const struct site *site, struct fr_str out,
			  const struct expected *expected)
{
	const char *end = out.len ? memmem(out.at, out.len, "\r\n\r\n", 4) : NULL;
	struct fr_str head = fr_str(out.at, end ? (size_t)(end - out.at) + 4 : 0), body;
	int status = expected->status == 299 ? 200 : expected->status;
	size_t length;

	if (!end)
		return 0;
	FUZZ_CHECK(fr_str_starts(head, FR_STR("HTTP/1.1 ")));
	if (fr_str_starts(head, FR_STR("HTTP/1.1 100 ")))
		return head.len;
	FUZZ_CHECK((int)number_after(head, "HTTP/1.1 ") == status);
	length = number_after(head, "Content-Length: ");
	body = fr_str_skip(out, head.len);
	if (expected->head || status == 101)
		return head.len;
	if (body.len > length)
		body.len = length;
	if (expected->status == 299)
		FUZZ_CHECK(length == BIG && memcmp(body.at, site->big->bytes, body.len) == 0);
	else if (status == 200)
		FUZZ_CHECK(length == expected->body.len &&
			   fr_str_starts(fr_buf_str(&expected->body), body));
	return body.len == length ? head.len + length : 0;
}

/* Returns how many of the answers are there, whole; *rest: the bytes after them. */
static size_t read_answers(const struct site *site, const struct expected *expected, size_t n,
			   size_t *rest)
{
	struct fr_str out = memconn_out(site->m);
	size_t i = 0, size = 1;

	while (out.len && size) {
		bool interim = fr_str_starts(out, FR_STR("HTTP/1.1 100 "));

		FUZZ_CHECK(interim || i < n); /* nobody is answered who did not ask */
		size = read_answer(site, out, &expected[interim ? 0 : i]);
		out = fr_str_skip(out, size);
		i += size && !interim;
	}
	*rest = out.len;
	return i;
}

/* --- the conversation --- */

static void turn(struct site *site)
{
	for (int round = 0; round < 1000; round++) {
		net_timers_run(&site->timers, site->timers.now + (round > 0));
		httpd_server_flush(site->server);
		if (site->flushes_to_eof && !--site->flushes_to_eof)
			memconn_eof(site->m);
		if (!memconn_pump(site->m) && net_timers_next(&site->timers) > site->timers.now + 1)
			return;
	}
	fuzz_check(false, "comes to rest", __FILE__, __LINE__);
}

static void open_site(struct site *site, struct fuzz_dice dice)
{
	struct httpd_options options = httpd_options_default();

	*site = (struct site){.dice = dice, .m = memconn_new(), .big = net_chunk_new(BIG)};
	for (size_t i = 0; i < BIG; i++)
		site->big->bytes[i] = (uint8_t)(i * 7919 >> 8);
	net_timers_init(&site->timers, 5000, NULL);
	options.request_line_max = 512;
	options.header_max = HEADER_MAX;
	options.body_max = BODY_MAX;
	site->server = httpd_server_new(&site->timers, &options);
	FUZZ_CHECK(site->server && site->big);
	for (size_t i = 0; i < FR_ARRAY_LEN(routes); i++)
		FUZZ_CHECK(httpd_server_route(site->server, fr_str_of(routes[i].path),
					      routes[i].methods, routes[i].fn, site) == 0);
	httpd_server_accept(site->server, &site->m->conn);
}

/* Sends the stream; the peer reads as it likes and handlers answer late. */
static void converse(struct site *site, struct fr_str stream)
{
	unsigned mode = fuzz_roll(&site->dice, 4);
	bool slow = fuzz_roll(&site->dice, 3) == 0;

	while (stream.len && !site->m->closed) {
		size_t n = fuzz_piece(&site->dice, mode, stream.len);

		if (slow)
			site->m->window = fuzz_roll(&site->dice, 2000);
		memconn_recv(site->m, stream.at, n);
		stream = fr_str_skip(stream, n);
		if (fuzz_roll(&site->dice, 2))
			turn(site);
		if (!fuzz_roll(&site->dice, 3))
			answer_waiting(site);
	}
	/* What was asked before the end is answered, unless a handler takes its time. */
	site->flushes_to_eof = fuzz_roll(&site->dice, 8);
	site->m->window = SIZE_MAX;
	for (int i = 0; i < REQUESTS && !site->m->closed; i++) {
		turn(site);
		if (!site->waiting)
			break;
		answer_waiting(site);
	}
	turn(site);
}

static void close_site(struct site *site)
{
	if (fuzz_roll(&site->dice, 2))
		memconn_eof(site->m);
	turn(site);
	for (int i = 0; i < 200 && !site->taken; i++) {
		net_timers_run(&site->timers, site->timers.now + 1000);
		turn(site);
	}
	/* Time alone has ended it. */
	FUZZ_CHECK(site->m->closed || site->taken);
	net_conn_close(&site->m->conn);
	turn(site);
	FUZZ_CHECK(httpd_server_conns(site->server) == 0);
	FUZZ_CHECK(site->deferred == site->settled);
	httpd_server_free(site->server);
	FUZZ_CHECK(site->big->ref.count == 1);
	net_chunk_unref(site->big);
	memconn_free(site->m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expected expected[REQUESTS] = {{0}};
	struct fr_str stream = fuzz_input(data, size);
	size_t n, got, rest, how = size < 4 ? size : 4;
	struct site site;

	if (size > 4096)
		return 0;
	open_site(&site, fuzz_dice_of(data, how));
	stream = fr_str_skip(stream, how);
	n = read_stream(stream, expected);
	converse(&site, stream);
	got = read_answers(&site, expected, n, &rest);
	/* Who pipelines more than a header's limit behind a waiting request is closed. */
	if (stream.len <= HEADER_MAX && !site.cut)
		FUZZ_CHECK(got == n && rest == 0);
	close_site(&site);
	for (size_t i = 0; i < REQUESTS; i++)
		fr_buf_fini(&expected[i].body);
	return 0;
}

/*
 * The transport without frustd: echo servers for conformance tests, of both protocol generations,
 * at /engine.io/ and /socket.io/ of localhost. Timings are short, as those tests want them.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/eio_echo.h"
#include "conformance/sio_echo.h"
#include "net/loop.h"
#include "net/tcp.h"

#define FAREWELL 100 /* ms for clients to take their close */

struct options {
	unsigned long port;
	struct httpd_options httpd;
	struct eio_options eio;
	struct sio_options sio;
};

struct echo {
	struct net_loop *loop;
	struct net_hook flush;
	struct net_timer deadline;
	struct net_signal *signals[2];
	struct net_listener *listeners[2];
	struct httpd_server *httpd;
	struct eio_server *eio;
	struct sio_echo *sio;
	bool closing;
};

/* --- options --- */

static bool number(const char *text, unsigned long max, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno == 0 && end != text && !*end && *text != '-' && *out <= max;
}

static bool parse(struct options *options, int argc, char **argv)
{
	static const struct option names[] = {
		{"port", required_argument, NULL, 'p'},
		{"ping-interval", required_argument, NULL, 'i'},
		{"ping-timeout", required_argument, NULL, 't'},
		{"connect-timeout", required_argument, NULL, 'c'},
		{"upgrade-timeout", required_argument, NULL, 'u'},
		{"same-origin", no_argument, NULL, 's'},
		{0},
	};
	unsigned long value;
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		value = 0;
		if (c == '?' ||
		    (optarg && !number(optarg, c == 'p' ? UINT16_MAX : UINT32_MAX, &value)))
			return false;
		switch (c) {
		case 's':
			options->httpd.cors_count = 0;
			break;
		case 'p':
			options->port = value;
			break;
		case 'i':
			options->eio.ping_interval = (uint32_t)value;
			break;
		case 't':
			options->eio.ping_timeout = (uint32_t)value;
			break;
		case 'c':
			options->sio.connect_timeout = (uint32_t)value;
			break;
		default:
			options->eio.upgrade_timeout = (uint32_t)value;
		}
	}
	return optind == argc;
}

static void set_defaults(struct options *options)
{
	static const struct fr_str any_origin = FR_STR_INIT("*");

	options->port = 3000;
	options->httpd = httpd_options_default();
	options->httpd.cors_origins = &any_origin;
	options->httpd.cors_count = 1;
	options->eio = eio_options_default();
	options->eio.ping_interval = 300;
	options->eio.ping_timeout = 200;
	options->eio.max_payload = 1000000;
	options->sio = sio_options_default();
	options->sio.connect_timeout = 1000;
}

/* --- running --- */

static void on_flush(void *ctx)
{
	struct echo *echo = ctx;
	struct eio_server *eio[] = {echo->eio, sio_echo_eio(echo->sio)};
	size_t left = 0;

	for (size_t i = 0; i < FR_ARRAY_LEN(eio); i++) {
		eio_server_flush(eio[i]);
		left += eio_server_unfinished(eio[i]);
	}
	httpd_server_flush(echo->httpd);
	if (echo->closing && left + httpd_server_conns(echo->httpd) == 0)
		net_loop_stop(echo->loop);
}

static void on_deadline(struct net_timer *timer, void *ctx)
{
	struct echo *echo = ctx;

	(void)timer;
	net_loop_stop(echo->loop);
}

static void close_listeners(struct echo *echo)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(echo->listeners); i++) {
		net_listener_close(echo->listeners[i]);
		echo->listeners[i] = NULL;
	}
}

static void on_signal(void *ctx, int signum)
{
	struct echo *echo = ctx;

	(void)signum;
	echo->closing = true;
	close_listeners(echo);
	eio_server_close(echo->eio);
	eio_server_close(sio_echo_eio(echo->sio));
	httpd_server_close(echo->httpd);
	net_timer_start(&echo->deadline, FAREWELL);
}

/* Both of localhost's addresses on one port, which the first of them may choose; a machine without
 * IPv6 has one. */
static int listen_both(struct echo *echo, unsigned long port)
{
	struct net_address hosts[] = {
		{.family = NET_IPV4, .bytes = {[0] = 127, [3] = 1}},
		{.family = NET_IPV6, .bytes = {[15] = 1}},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < FR_ARRAY_LEN(hosts); i++) {
		hosts[i].port = (uint16_t)port;
		r = net_listener_open(echo->loop, &hosts[i], httpd_server_accept, echo->httpd,
				      &echo->listeners[i]);
		if (r == 0)
			port = net_listener_address(echo->listeners[i])->port;
	}
	if (!echo->listeners[0] || r == -EADDRINUSE)
		return r;
	printf("listening on port %lu\n", port);
	fflush(stdout);
	return 0;
}

/* What the first address chooses, somebody else may have on the second: then it chooses anew. */
static int listen_on(struct echo *echo, unsigned long port)
{
	int r = listen_both(echo, port);

	while (port == 0 && r == -EADDRINUSE && echo->listeners[0]) {
		close_listeners(echo);
		r = listen_both(echo, port);
	}
	return r;
}

static int start(struct echo *echo, const struct options *options)
{
	static const int stops[] = {SIGTERM, SIGINT};
	struct net_timers *timers = net_loop_timers(echo->loop);
	int r = 0;

	echo->httpd = httpd_server_new(timers, &options->httpd);
	if (!echo->httpd)
		return -ENOMEM;
	echo->eio = eio_echo_new(timers, echo->httpd, &options->eio);
	echo->sio = sio_echo_new(timers, echo->httpd, &options->sio, &options->eio);
	if (!echo->eio || !echo->sio)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < FR_ARRAY_LEN(stops); i++)
		r = net_signal_open(echo->loop, stops[i], on_signal, echo, &echo->signals[i]);
	echo->flush = (struct net_hook){.fn = on_flush, .ctx = echo};
	net_loop_before_poll(echo->loop, &echo->flush);
	net_timer_init(&echo->deadline, timers, on_deadline, echo);
	return r < 0 ? r : listen_on(echo, options->port);
}

static void end_sessions(struct eio_server *eio)
{
	if (!eio)
		return;
	eio_server_close(eio);
	eio_server_flush(eio);
}

static void tear_down(struct echo *echo)
{
	end_sessions(echo->eio);
	if (echo->sio)
		end_sessions(sio_echo_eio(echo->sio));
	close_listeners(echo);
	for (size_t i = 0; i < FR_ARRAY_LEN(echo->signals); i++)
		net_signal_close(echo->signals[i]);
	net_hook_remove(&echo->flush);
	net_loop_drop_conns(echo->loop);
	httpd_server_free(echo->httpd);
	eio_server_free(echo->eio);
	sio_echo_free(echo->sio);
	net_loop_close(echo->loop);
}

int main(int argc, char **argv)
{
	struct echo echo = {0};
	struct options options;
	int r;

	set_defaults(&options);
	if (!parse(&options, argc, argv)) {
		fprintf(stderr,
			"usage: %s [--port N] [--ping-interval MS] [--ping-timeout MS]\n"
			"       [--connect-timeout MS] [--upgrade-timeout MS] [--same-origin]\n",
			argv[0]);
		return 2;
	}
	r = net_loop_open(&echo.loop);
	if (r == 0) {
		r = start(&echo, &options);
		if (r == 0)
			r = net_loop_run(echo.loop);
		tear_down(&echo);
	}
	if (r < 0)
		fprintf(stderr, "%s: %s\n", argv[0], strerror(-r));
	return r < 0;
}

/*
 * A folder served as the site: whatever is asked for, and however, what comes is a file of the
 * folder or a part of one, and nothing from beside it. The first line of the input is the target,
 * the others are headers.
 */
#include "app/files.h"
#include "fuzz/fuzz.h"
#include "helpers/memconn.h"

static const char *const names[] = {"index.html", "a.js", "sub/b.txt"};

struct site {
	struct net_timers timers;
	struct httpd_server *server;
	struct files *files;
	struct fr_buf contents[FR_ARRAY_LEN(names)];
};

static void load(struct fr_buf *out, const char *name)
{
	char path[4096], bytes[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", FUZZ_SITE, name);
	file = fopen(path, "rb");
	FUZZ_CHECK(file != NULL);
	fr_buf_add(out, bytes, fread(bytes, 1, sizeof(bytes), file));
	fclose(file);
}

/* Once for the process; never freed. */
static struct site *site_get(void)
{
	static struct site site;
	const struct httpd_options options = httpd_options_default();

	if (site.server)
		return &site;
	net_timers_init(&site.timers, 5000, NULL);
	site.server = httpd_server_new(&site.timers, &options);
	site.files = files_new(FUZZ_SITE);
	FUZZ_CHECK(site.server && site.files);
	httpd_server_fallback(site.server, files_serve, site.files);
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++)
		load(&site.contents[i], names[i]);
	return &site;
}

/* In steps that time out what a header promises and the input lacks. */
static void run(struct site *site, struct memconn *m)
{
	for (int i = 0; i < 20; i++) {
		net_timers_run(&site->timers, site->timers.now + (i < 10 ? 1 : 10000));
		httpd_server_flush(site->server);
		memconn_pump(m);
	}
}

static struct memconn *ask(struct site *site, struct fr_str input)
{
	struct memconn *m = memconn_new();
	struct fr_buf request = FR_BUF_INIT;

	fr_buf_add_str(&request, FR_STR("GET "));
	fr_buf_add_str(&request, fuzz_until(&input, '\n'));
	fr_buf_add_str(&request, FR_STR(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"));
	while (input.len) {
		fr_buf_add_str(&request, fuzz_until(&input, '\n'));
		fr_buf_add_str(&request, FR_STR("\r\n"));
	}
	fr_buf_add_str(&request, FR_STR("\r\n"));
	httpd_server_accept(site->server, &m->conn);
	memconn_recv(m, request.at, request.len);
	run(site, m);
	fr_buf_fini(&request);
	return m;
}

static struct fr_str value_of(struct fr_str head, const char *name)
{
	const char *at = memmem(head.at, head.len, name, strlen(name));
	struct fr_str rest;

	if (!at)
		return FR_STR("");
	rest = fr_str_skip(head, (size_t)(at - head.at) + strlen(name));
	return fr_str(rest.at, fr_str_find(rest, '\r'));
}

static bool is_part(const struct site *site, struct fr_str body, bool whole)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		struct fr_str content = fr_buf_str(&site->contents[i]);

		if (whole ? fr_str_eq(body, content)
			  : memmem(content.at, content.len, body.at, body.len) != NULL)
			return true;
	}
	return false;
}

static void check_answer(const struct site *site, struct fr_str out)
{
	const char *end = out.len ? memmem(out.at, out.len, "\r\n\r\n", 4) : NULL;
	struct fr_str head = fr_str(out.at, end ? (size_t)(end - out.at) + 2 : 0), body;
	unsigned long long from, to, size;
	char range[80];
	int status;

	FUZZ_CHECK(end && head.len > 14);
	body = fr_str_skip(out, head.len + 2);
	status = atoi(head.at + 9);
	FUZZ_CHECK(status != 500);
	if (status == 200)
		FUZZ_CHECK(is_part(site, body, true) && value_of(head, "\r\nETag: ").len > 2);
	if (status == 304)
		FUZZ_CHECK(body.len == 0);
	if (status != 206)
		return;
	snprintf(range, sizeof(range), "%.*s", FR_STR_ARG(value_of(head, "\r\nContent-Range: ")));
	FUZZ_CHECK(sscanf(range, "bytes %llu-%llu/%llu", &from, &to, &size) == 3);
	FUZZ_CHECK(from <= to && to < size && body.len == to - from + 1);
	FUZZ_CHECK(is_part(site, body, false));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct site *site = site_get();
	struct memconn *m;

	if (size > 4000)
		return 0;
	m = ask(site, fuzz_input(data, size));
	check_answer(site, memconn_out(m));
	net_conn_close(&m->conn);
	while (!m->closed)
		memconn_pump(m);
	FUZZ_CHECK(httpd_server_conns(site->server) == 0);
	memconn_free(m);
	return 0;
}

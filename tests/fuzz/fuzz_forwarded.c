/*
 * httpd/forwarded and httpd/origin on the headers of a request, a line of the input each. A first
 * byte 'r' makes the peer a remote one, who is not believed; 'p' a proxy that the options name.
 */
#include "httpd/forwarded.h"

#include "fuzz/fuzz.h"
#include "httpd/origin.h"

#define HEADERS 12

static const struct net_cidr proxies[] = {{{NET_IPV4, 0, {192, 168}}, 16}};

/* Whether the view is of what the request holds. */
static bool of_request(struct fr_str s, const struct httpd_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (fuzz_within(s, request->headers[i].value))
			return true;
	return s.len == 0;
}

static bool is_proxy(const struct net_address *address)
{
	return net_address_local(address) || net_cidr_has(&proxies[0], address);
}

static void check_read(const struct httpd_request *request)
{
	bool same = memcmp(&request->client, &request->peer, sizeof(request->peer)) == 0;

	FUZZ_CHECK(of_request(request->host, request));
	FUZZ_CHECK(request->client.family == NET_IPV4 || request->client.family == NET_IPV6);
	if (is_proxy(&request->peer))
		return;
	FUZZ_CHECK(same && !request->secure);
	FUZZ_CHECK(fr_str_eq(request->host, httpd_request_header(request, FR_STR("Host"))));
}

/* The same request from a page of that origin alone. */
static enum httpd_origin judge(const struct httpd_request *request, struct fr_str origin)
{
	const struct httpd_header header = {FR_STR_INIT("origin"), origin};
	const struct fr_str allowed[] = {FR_STR_INIT("https://allowed.example:443")};
	struct httpd_request other = *request;

	other.headers = &header;
	other.header_count = 1;
	return httpd_origin_judge(&other, allowed, 1);
}

static bool has_control(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.at[i] < ' ' || s.at[i] == 0x7f)
			return true;
	return false;
}

/* The site's own origin is let in, and only by its own scheme and name. */
static void check_own(const struct httpd_request *request)
{
	struct httpd_request other = *request;
	struct fr_buf origin = FR_BUF_INIT;

	if (request->host.len && !has_control(request->host)) {
		fr_buf_add_str(&origin, request->secure ? FR_STR("https://") : FR_STR("http://"));
		fr_buf_add_str(&origin, request->host);
		FUZZ_CHECK(judge(request, fr_buf_str(&origin)) == HTTPD_ORIGIN_SAME);
		other.secure = !other.secure;
		FUZZ_CHECK(judge(&other, fr_buf_str(&origin)) != HTTPD_ORIGIN_SAME);
		fr_buf_add_str(&origin, FR_STR(".evil.example"));
		FUZZ_CHECK(judge(request, fr_buf_str(&origin)) == HTTPD_ORIGIN_OTHER);
	}
	FUZZ_CHECK(judge(request, FR_STR("null")) == HTTPD_ORIGIN_OTHER);
	fr_buf_fini(&origin);
}

/* What is written for the page are whole lines, of its own origin or of none. */
static void check_lines(struct httpd_request *request)
{
	struct fr_buf out = FR_BUF_INIT;
	size_t lines = 0;

	request->origin = judge(request, httpd_request_header(request, FR_STR("Origin")));
	httpd_origin_add_lines(request, &out);
	httpd_origin_add_preflight(request, FR_STR("GET"), &out);
	FUZZ_CHECK((out.len > 0) == (request->origin == HTTPD_ORIGIN_ALLOWED));
	for (size_t i = 0; i < out.len; i++)
		lines += out.at[i] == '\n';
	FUZZ_CHECK(lines <= 5);
	FUZZ_CHECK(out.len == 0 || memcmp(out.at + out.len - 2, "\r\n", 2) == 0);
	fr_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str input = fuzz_input(data, size);
	struct httpd_header headers[HEADERS];
	struct httpd_request request = {.headers = headers,
					.peer = {NET_IPV4, 50000, {127, 0, 0, 1}}};

	if (fr_str_starts(input, FR_STR("r")))
		request.peer.bytes[0] = 10;
	else if (fr_str_starts(input, FR_STR("p")))
		request.peer = (struct net_address){NET_IPV4, 50000, {192, 168, 1, 1}};
	while (input.len && request.header_count < HEADERS) {
		struct fr_str line = fuzz_until(&input, '\n');
		struct fr_str name = fuzz_until(&line, ':');

		/* As the parser lets them through. */
		line.len = fr_str_find(line, '\r');
		headers[request.header_count++] = (struct httpd_header){name,
									fr_str_trim_ows(line)};
	}
	httpd_forwarded_read(&request, proxies, FR_ARRAY_LEN(proxies));
	check_read(&request);
	check_own(&request);
	check_lines(&request);
	return 0;
}

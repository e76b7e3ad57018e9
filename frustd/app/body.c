#include "app/body.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "net/deflate.h"

#define TAG "ETag: "
#define GZIP_LEVEL 1 /* made on the loop's thread, and a busy day's body is a megabyte */

void body_fini(struct body *body)
{
	net_chunk_unref(body->plain);
	net_chunk_unref(body->gzip);
	*body = (struct body){0};
}

/* --- what the client accepts --- */

static struct fr_str next_of_list(struct fr_str *rest)
{
	size_t n = fr_str_find(*rest, ',');
	struct fr_str item = fr_str(rest->at, n);

	*rest = n < rest->len ? fr_str(rest->at + n + 1, rest->len - n - 1) : FR_STR_NULL;
	return fr_str_trim_ows(item);
}

bool body_etag_matches(struct fr_str header, struct fr_str tag)
{
	while (header.at) {
		struct fr_str item = next_of_list(&header);

		if (fr_str_starts(item, FR_STR("W/")))
			item = fr_str(item.at + 2, item.len - 2);
		if (fr_str_eq(item, tag) || fr_str_eq(item, FR_STR("*")))
			return true;
	}
	return false;
}

/* "q=0", "q=0.0" and the like. */
static bool weight_is_zero(struct fr_str parameters)
{
	size_t at = fr_str_find(parameters, '=');

	for (at++; at < parameters.len; at++)
		if (parameters.at[at] != '0' && parameters.at[at] != '.' &&
		    parameters.at[at] != ' ')
			return false;
	return parameters.len > 0;
}

bool body_accepts_gzip(struct fr_str header)
{
	bool any = false;

	while (header.at) {
		struct fr_str item = next_of_list(&header);
		size_t n = fr_str_find(item, ';');
		struct fr_str coding = fr_str_trim_ows(fr_str(item.at, n));
		bool taken = !weight_is_zero(fr_str(item.at + n, item.len - n));

		if (fr_str_caseeq(coding, FR_STR("gzip")) ||
		    fr_str_caseeq(coding, FR_STR("x-gzip")))
			return taken;
		if (fr_str_eq(coding, FR_STR("*")))
			any = taken;
	}
	return any;
}

/* --- composing --- */

static struct net_chunk *compose(body_fn fn, void *ctx)
{
	struct fr_buf out = FR_BUF_INIT;
	struct net_chunk *chunk = NULL;

	fn(ctx, &out);
	if (fr_buf_error(&out) == 0)
		chunk = net_chunk_of(out.at, out.len);
	fr_buf_fini(&out);
	return chunk;
}

static void add_gzip(void *ctx, struct fr_buf *out)
{
	const struct net_chunk *plain = ctx;

	if (net_gzip(out, net_chunk_str(plain), GZIP_LEVEL) < 0)
		out->failed = true;
}

bool body_is(const struct body *body, uint64_t version)
{
	return body->plain && body->version == version;
}

void body_take(struct body *body, uint64_t version, struct net_chunk *plain)
{
	body_fini(body);
	*body = (struct body){.plain = plain, .version = version};
}

int body_make(struct body *body, uint64_t version, body_fn fn, void *ctx)
{
	if (!body_is(body, version))
		body_take(body, version, compose(fn, ctx));
	return body->plain ? 0 : -ENOMEM;
}

/* The lines of one form, written once: as many as a thousand answers may follow. */
static const struct body_lines *write_lines(struct body_lines *lines, uint64_t boot,
					    uint64_t version, bool gzip)
{
	int tag, len;

	if (lines->len)
		return lines;
	tag = snprintf(lines->text, sizeof(lines->text), TAG "\"%" PRIx64 "-%" PRIx64 "%s\"", boot,
		       version, gzip ? "-gz" : "");
	len = snprintf(lines->text + tag, sizeof(lines->text) - (size_t)tag,
		       "\r\nCache-Control: no-cache\r\nVary: Accept-Encoding\r\n%s",
		       gzip ? "Content-Encoding: gzip\r\n" : "");
	lines->tag = (size_t)tag - strlen(TAG);
	lines->len = (size_t)tag + (size_t)len;
	return lines;
}

void body_respond(struct body *body, struct httpd_exchange *exchange, uint64_t boot)
{
	const struct httpd_request *request = &exchange->request;
	struct httpd_response response = {.status = 200,
					  .type = FR_STR("application/json; charset=utf-8")};
	const struct body_lines *lines;
	bool gzip;

	gzip = body->plain->len >= BODY_GZIP_MIN &&
	       body_accepts_gzip(httpd_request_header(request, FR_STR("Accept-Encoding")));
	if (gzip && !body->gzip)
		body->gzip = compose(add_gzip, body->plain);
	gzip = gzip && body->gzip;
	response.chunk = gzip ? body->gzip : body->plain;
	lines = write_lines(gzip ? &body->gzip_lines : &body->plain_lines, boot, body->version,
			    gzip);
	response.headers = fr_str(lines->text, lines->len);
	if (body_etag_matches(httpd_request_header(request, FR_STR("If-None-Match")),
			      fr_str(lines->text + strlen(TAG), lines->tag)))
		response.status = 304;
	httpd_exchange_respond(exchange, &response);
}

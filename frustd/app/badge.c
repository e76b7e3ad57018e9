#include "app/badge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <frust/version.h>

#include "app/body.h"

/* In units of the picture, at the font's size of 11. */
#define DIGIT_WIDTH 7
#define GAP_WIDTH 3
#define PADDING 8

struct badge {
	const struct board *board;
	enum text_lang lang;
};

static const struct {
	const char *label;
	int width; /* of the label; the picture says so to whatever font there is */
} words[] = {
	[TEXT_DE] = {"heute verzweifelt", 98},
	[TEXT_EN] = {"despaired today", 90},
};

/* 1234567 as 1 234 567 with thin spaces; its width. */
static int add_number(struct fr_buf *out, int64_t number)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, number), width = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0) {
			fr_buf_add_str(out, FR_STR("\u202f"));
			width += GAP_WIDTH;
		}
		fr_buf_add_char(out, digits[i]);
		width += DIGIT_WIDTH;
	}
	return width;
}

static void add_text(struct fr_buf *out, int x, int width, const char *color, struct fr_str text)
{
	fr_buf_printf(out, "<text x=\"%d\" y=\"14\" textLength=\"%d\" fill=\"%s\">%.*s</text>", x,
		      width, color, FR_STR_ARG(text));
}

void badge_add_svg(struct fr_buf *out, enum text_lang lang, int64_t clicks)
{
	struct fr_buf number = FR_BUF_INIT;
	struct fr_str label = fr_str_of(words[lang].label);
	int count = add_number(&number, clicks);
	int left = words[lang].width + 20 + 2 * PADDING;
	int all = left + count + 2 * PADDING;

	if (fr_buf_error(&number) < 0)
		out->failed = true;
	fr_buf_printf(
		out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" role=\"img\" "
		"aria-label=\"%s: %" PRId64 "\"><title>%s: %" PRId64 "</title>"
		"<clipPath id=\"r\"><rect width=\"%d\" height=\"20\" rx=\"4\"/></clipPath>"
		"<g clip-path=\"url(#r)\"><rect width=\"%d\" height=\"20\" fill=\"#26221d\"/>"
		"<rect x=\"%d\" width=\"%d\" height=\"20\" fill=\"#ffcf1f\"/></g>"
		"<circle cx=\"14\" cy=\"10\" r=\"6\" fill=\"#ffcf1f\"/>"
		"<circle cx=\"14\" cy=\"10\" r=\"4\" fill=\"#e2231a\"/>"
		"<g font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">",
		all, label.at, clicks, label.at, clicks, all, left, left, all - left);
	add_text(out, 20 + PADDING, words[lang].width, "#fff", label);
	add_text(out, left + PADDING, count, "#26221d", fr_buf_str(&number));
	fr_buf_add_str(out, FR_STR("</g></svg>\n"));
	fr_buf_fini(&number);
}

static void on_badge(void *ctx, struct httpd_exchange *exchange)
{
	const struct badge *badge = ctx;
	int64_t clicks = atomic_load(&badge->board->clicks_today);
	struct httpd_response response = {.status = 200, .type = FR_STR("image/svg+xml")};
	struct fr_buf svg = FR_BUF_INIT;
	char etag[48], headers[256];

	snprintf(etag, sizeof(etag), "\"" FRUST_VERSION "-%d-%" PRId64 "\"", (int)badge->lang,
		 clicks);
	/* Other sites may show it; opened by itself, nothing in it may run. */
	snprintf(headers, sizeof(headers),
		 "ETag: %s\r\nCache-Control: no-cache\r\nCross-Origin-Resource-Policy: "
		 "cross-origin\r\nContent-Security-Policy: default-src 'none'\r\n",
		 etag);
	response.headers = fr_str_of(headers);
	badge_add_svg(&svg, badge->lang, clicks);
	response.body = fr_buf_str(&svg);
	if (body_etag_matches(httpd_request_header(&exchange->request, FR_STR("If-None-Match")),
			      fr_str_of(etag)))
		response.status = 304;
	if (fr_buf_error(&svg) < 0)
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
	else
		httpd_exchange_respond(exchange, &response);
	fr_buf_fini(&svg);
}

struct badge *badge_new(struct httpd_server *httpd, const struct board *board, enum text_lang lang)
{
	struct badge *badge = malloc(sizeof(*badge));

	if (!badge)
		return NULL;
	*badge = (struct badge){board, lang};
	if (httpd_server_route(httpd, FR_STR("/badge.svg"), HTTPD_GET, on_badge, badge) < 0) {
		free(badge);
		return NULL;
	}
	return badge;
}

void badge_free(struct badge *badge)
{
	free(badge);
}

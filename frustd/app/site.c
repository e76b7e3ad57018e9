#include "app/site.h"

#include <stdio.h>

#include "app/body.h"

/*
 * Nothing but what frustd itself serves: no inline code or style, no other site, no frame, and no
 * text that is parsed as markup. connect-src 'self' covers WebSockets of the same origin.
 */
#define PAGE_HEADERS                                                                               \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "               \
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "         \
	"trusted-types 'none'\r\n"                                                                 \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                              \
	"Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"

static void on_asset(void *ctx, struct httpd_exchange *exchange)
{
	const struct asset *asset = ctx;
	const struct httpd_request *request = &exchange->request;
	bool gzip = asset->gzip &&
		    body_accepts_gzip(httpd_request_header(request, FR_STR("Accept-Encoding")));
	struct httpd_response response = {.status = 200, .type = fr_str_of(asset->type)};
	char etag[48], headers[1024];

	/* Two encodings are two representations: each has its own tag. */
	snprintf(etag, sizeof(etag), "\"%s%s\"", asset->etag, gzip ? "-gz" : "");
	snprintf(headers, sizeof(headers),
		 "ETag: %s\r\nCache-Control: %s\r\n%s%s"
		 "Cross-Origin-Resource-Policy: %s-origin\r\n%s",
		 etag, asset->immutable ? "public, max-age=31536000, immutable" : "no-cache",
		 asset->gzip ? "Vary: Accept-Encoding\r\n" : "",
		 gzip ? "Content-Encoding: gzip\r\n" : "", asset->shared ? "cross" : "same",
		 asset->page ? PAGE_HEADERS : "");
	response.headers = fr_str_of(headers);
	response.body = gzip ? fr_str((const char *)asset->gzip, asset->gzip_size)
			     : fr_str((const char *)asset->plain, asset->plain_size);
	if (body_etag_matches(httpd_request_header(request, FR_STR("If-None-Match")),
			      fr_str_of(etag)))
		response.status = 304;
	httpd_exchange_respond(exchange, &response);
}

int site_mount(struct httpd_server *httpd, const struct asset *assets)
{
	int err = 0;

	for (const struct asset *asset = assets; asset->path && err == 0; asset++)
		err = httpd_server_route(httpd, fr_str_of(asset->path), HTTPD_GET, on_asset,
					 (void *)(uintptr_t)asset);
	return err;
}

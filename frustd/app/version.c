#include "app/version.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct version {
	char json[80];
};

static void on_version(void *ctx, struct httpd_exchange *exchange)
{
	const struct version *version = ctx;

	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = 200,
						 .type = FR_STR("application/json; charset=utf-8"),
						 .headers = FR_STR("Cache-Control: no-cache\r\n"),
						 .body = fr_str_of(version->json)});
}

struct version *version_new(struct httpd_server *httpd, int64_t timestamp)
{
	struct version *version = malloc(sizeof(*version));

	if (!version)
		return NULL;
	snprintf(version->json, sizeof(version->json),
		 "{\"commit_sha\":\"dev\",\"timestamp\":\"%" PRId64 "\"}", timestamp);
	if (httpd_server_route(httpd, FR_STR("/version"), HTTPD_GET, on_version, version) < 0 ||
	    httpd_server_route(httpd, FR_STR("/version.json"), HTTPD_GET, on_version, version) <
		    0) {
		free(version);
		return NULL;
	}
	return version;
}

void version_free(struct version *version)
{
	free(version);
}

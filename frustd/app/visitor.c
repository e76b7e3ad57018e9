#include "app/visitor.h"

#include "base/json.h"

static void add_member(struct fr_buf *out, const char *name, struct fr_str value)
{
	fr_buf_printf(out, "%c\"%s\":", out->len ? ',' : '{', name);
	fr_json_add_str(out, value);
}

static void on_request(void *ctx, struct httpd_exchange *exchange)
{
	const struct httpd_request *request = &exchange->request;
	struct httpd_response response = {.status = 200,
					  .type = FR_STR("application/json; charset=utf-8"),
					  .headers = FR_STR("Cache-Control: no-store\r\n")};
	struct net_address client = request->client;
	struct fr_buf out = FR_BUF_INIT;
	char address[NET_ADDRESS_TEXT];

	(void)ctx;
	client.port = 0;
	net_address_text(&client, address);
	add_member(&out, "address", fr_str_of(address));
	add_member(&out, "scheme", request->secure ? FR_STR("https") : FR_STR("http"));
	add_member(&out, "host", request->host);
	add_member(&out, "forwarded_for", httpd_request_header(request, FR_STR("X-Forwarded-For")));
	fr_buf_add_char(&out, '}');
	response.body = fr_buf_str(&out);
	if (fr_buf_error(&out) < 0)
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
	else
		httpd_exchange_respond(exchange, &response);
	fr_buf_fini(&out);
}

int visitor_mount(struct httpd_server *httpd)
{
	return httpd_server_route(httpd, FR_STR("/api/client"), HTTPD_GET, on_request, NULL);
}

/* Owns the headers by which proxies tell what they saw. Judges nothing. */
#include "httpd/forwarded.h"

/* The list's first item: what the proxy nearest to the client saw. */
static struct fr_str first_of(struct fr_str list)
{
	return list.at ? fr_str_trim_ows(fr_str(list.at, fr_str_find(list, ','))) : list;
}

static struct fr_str unquoted(struct fr_str value)
{
	if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
		return fr_str(value.at + 1, value.len - 2);
	return value;
}

/* A parameter of one element "for=…;proto=…;host=…"; absent when it is not there. */
static struct fr_str param(struct fr_str element, struct fr_str name)
{
	while (element.len) {
		size_t end = fr_str_find(element, ';');
		struct fr_str pair = fr_str_trim_ows(fr_str(element.at, end));
		size_t equals = fr_str_find(pair, '=');

		if (equals < pair.len && fr_str_caseeq(fr_str(pair.at, equals), name))
			return unquoted(fr_str_skip(pair, equals + 1));
		element = fr_str_skip(element, end < element.len ? end + 1 : end);
	}
	return FR_STR_NULL;
}

/* An address with or without a port, IPv6 with or without brackets. */
static bool read_address(struct fr_str text, struct net_address *out)
{
	if (text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']')
		text = fr_str(text.at + 1, text.len - 2);
	return net_address_parse_host(text, out) || net_address_parse(text, out);
}

/* A walk back through a list that may be spread over several header lines (RFC 9110 §5.3). */
struct items {
	const struct httpd_request *request;
	struct fr_str name;
	size_t headers; /* lines not looked at yet */
	struct fr_str rest;
	bool in_line;
};

static bool item_before(struct items *items, struct fr_str *item)
{
	const struct httpd_header *headers = items->request->headers;
	size_t start;

	while (!items->in_line) {
		if (items->headers == 0)
			return false;
		items->headers--;
		items->in_line = fr_str_caseeq(headers[items->headers].name, items->name);
		items->rest = headers[items->headers].value;
	}
	start = items->rest.len;
	while (start > 0 && items->rest.at[start - 1] != ',')
		start--;
	*item = fr_str_trim_ows(fr_str_skip(items->rest, start));
	items->in_line = start > 0;
	items->rest.len = start > 0 ? start - 1 : 0;
	return true;
}

/*
 * Each proxy appends the address that it saw: from the end of the list on, as long as it is one of
 * our proxies who tells. `parameter`: of each item; absent: the item is the address.
 */
static void read_client(struct httpd_request *request, struct fr_str name, struct fr_str parameter,
			const struct net_cidr *proxies, size_t n)
{
	struct items items = {.request = request, .name = name, .headers = request->header_count};
	struct net_address before;
	struct fr_str item;

	while (net_address_trusted(&request->client, proxies, n) && item_before(&items, &item)) {
		if (!read_address(parameter.at ? param(item, parameter) : item, &before))
			return;
		request->client = before;
	}
}

static bool is_https(struct fr_str proto)
{
	/* some proxies name the scheme of the WebSocket */
	return proto.at &&
	       (fr_str_caseeq(proto, FR_STR("https")) || fr_str_caseeq(proto, FR_STR("wss")));
}

void httpd_forwarded_read(struct httpd_request *request, const struct net_cidr *proxies, size_t n)
{
	struct fr_str proto = httpd_request_header(request, FR_STR("X-Forwarded-Proto"));
	struct fr_str host = httpd_request_header(request, FR_STR("X-Forwarded-Host"));
	struct fr_str clients = httpd_request_header(request, FR_STR("X-Forwarded-For"));
	struct fr_str forwarded = httpd_request_header(request, FR_STR("Forwarded"));

	request->secure = false;
	request->host = httpd_request_header(request, FR_STR("Host"));
	request->client = request->peer;
	request->trusted = net_address_trusted(&request->peer, proxies, n);
	if (!request->trusted)
		return;
	if (proto.at || host.at || clients.at) {
		request->secure = is_https(first_of(proto));
		host = first_of(host);
		read_client(request, FR_STR("X-Forwarded-For"), FR_STR_NULL, proxies, n);
	} else if (forwarded.at) {
		request->secure = is_https(param(first_of(forwarded), FR_STR("proto")));
		host = param(first_of(forwarded), FR_STR("host"));
		read_client(request, FR_STR("Forwarded"), FR_STR("for"), proxies, n);
	}
	request->trusted = net_address_trusted(&request->client, proxies, n);
	if (host.len)
		request->host = host;
}

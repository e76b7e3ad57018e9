/* Owns the headers by which proxies tell what they saw. Judges nothing. */
#include "eio/forwarded.h"

/* The list's first item: what the proxy nearest to the client saw. */
static struct fr_str first_of(struct fr_str list)
{
	return fr_str_trim_ows(fr_str(list.at, fr_str_find(list, ',')));
}

/* The list's last item: what our own proxy saw. */
static struct fr_str last_of(struct fr_str list)
{
	size_t comma;

	while ((comma = fr_str_find(list, ',')) < list.len)
		list = fr_str_skip(list, comma + 1);
	return fr_str_trim_ows(list);
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
static void read_peer(struct fr_str text, struct net_address *out)
{
	struct net_address peer;

	if (text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']')
		text = fr_str(text.at + 1, text.len - 2);
	if (net_address_parse_host(text, &peer) || net_address_parse(text, &peer))
		*out = peer;
}

static void read_forwarded(struct fr_str header, struct eio_forwarded *out)
{
	struct fr_str proto = param(first_of(header), FR_STR("proto"));
	struct fr_str host = param(first_of(header), FR_STR("host"));

	out->secure = proto.at && fr_str_caseeq(proto, FR_STR("https"));
	if (host.at)
		out->host = host;
	read_peer(param(last_of(header), FR_STR("for")), &out->peer);
}

static void read_x_forwarded(struct fr_str proto, struct fr_str host, struct fr_str peers,
			     struct eio_forwarded *out)
{
	out->secure = proto.at && fr_str_caseeq(first_of(proto), FR_STR("https"));
	if (host.at)
		out->host = first_of(host);
	read_peer(last_of(peers), &out->peer);
}

void eio_forwarded_read(const struct httpd_request *request, struct eio_forwarded *out)
{
	struct fr_str proto = httpd_request_header(request, FR_STR("X-Forwarded-Proto"));
	struct fr_str host = httpd_request_header(request, FR_STR("X-Forwarded-Host"));
	struct fr_str peers = httpd_request_header(request, FR_STR("X-Forwarded-For"));
	struct fr_str forwarded = httpd_request_header(request, FR_STR("Forwarded"));

	*out = (struct eio_forwarded){
		.host = httpd_request_header(request, FR_STR("Host")),
		.peer = request->peer,
	};
	if (!net_address_local(&request->peer))
		return;
	if (proto.at || host.at || peers.at)
		read_x_forwarded(proto, host, peers, out);
	else if (forwarded.at)
		read_forwarded(forwarded, out);
}

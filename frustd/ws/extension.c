/*
 * Owns the grammar of Sec-WebSocket-Extensions and the choice among its offers. Compression itself
 * is net/deflate's.
 */
#include "ws/extension.h"

#include "base/attr.h"
#include "net/deflate.h"

#define WINDOW_TEXT 2 /* digits of a window, at most */

/* --- the grammar: extension *( ";" token [ "=" ( token / quoted-string ) ] ), with blanks --- */

static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static void skip_blanks(struct fr_str *rest)
{
	while (rest->len && (*rest->at == ' ' || *rest->at == '\t'))
		*rest = fr_str_skip(*rest, 1);
}

static bool take_char(struct fr_str *rest, char c)
{
	skip_blanks(rest);
	if (rest->len == 0 || *rest->at != c)
		return false;
	*rest = fr_str_skip(*rest, 1);
	return true;
}

static bool take_token(struct fr_str *rest, struct fr_str *token)
{
	size_t n = 0;

	skip_blanks(rest);
	while (n < rest->len && is_token_char(rest->at[n]))
		n++;
	*token = fr_str(rest->at, n);
	*rest = fr_str_skip(*rest, n);
	return n > 0;
}

/* What follows an opening quote: a token once it is unescaped. Its beginning goes to text. */
static bool take_quoted(struct fr_str *rest, char text[WINDOW_TEXT + 1], size_t *n)
{
	size_t i = 0;

	for (*n = 0; i < rest->len && rest->at[i] != '"'; i++) {
		if (rest->at[i] == '\\')
			i++;
		if (i == rest->len || !is_token_char(rest->at[i]))
			return false;
		if (*n <= WINDOW_TEXT)
			text[(*n)++] = rest->at[i];
	}
	if (i == rest->len || *n == 0)
		return false;
	*rest = fr_str_skip(*rest, i + 1);
	return true;
}

/* 8 to 15 without leading zeros (RFC 7692 §7.1.2); 0: anything else. */
static uint8_t window_of(struct fr_str text)
{
	uint64_t window;

	if (text.len > WINDOW_TEXT || text.at[0] == '0' || !fr_str_u64(text, &window) ||
	    window < 8 || window > NET_WINDOW_MAX)
		return 0;
	return (uint8_t)window;
}

struct param {
	struct fr_str name;
	bool has_value;
	uint8_t window; /* that the value tells; 0: it tells none */
};

static bool take_param(struct fr_str *rest, struct param *param)
{
	char quoted[WINDOW_TEXT + 1];
	struct fr_str value = {quoted, 0};

	*param = (struct param){0};
	if (!take_token(rest, &param->name))
		return false;
	param->has_value = take_char(rest, '=');
	if (!param->has_value)
		return true;
	if (!(take_char(rest, '"') ? take_quoted(rest, quoted, &value.len)
				   : take_token(rest, &value)))
		return false;
	param->window = window_of(value);
	return true;
}

/* --- the offers --- */

enum known { SERVER_NO_TAKEOVER, CLIENT_NO_TAKEOVER, SERVER_WINDOW, CLIENT_WINDOW, KNOWN };

struct offer {
	bool fine; /* so far */
	bool seen[KNOWN];
	uint8_t windows[KNOWN];
};

/* Whether a parameter can be met. */
static bool is_met(enum known known, const struct param *param)
{
	switch (known) {
	case SERVER_WINDOW: /* 8 is more than zlib can promise */
		return param->window >= NET_WINDOW_MIN;
	case CLIENT_WINDOW:
		return !param->has_value || param->window;
	default:
		return !param->has_value;
	}
}

static void read_param(struct offer *offer, const struct param *param)
{
	static const struct fr_str names[KNOWN] = {
		[SERVER_NO_TAKEOVER] = FR_STR_INIT("server_no_context_takeover"),
		[CLIENT_NO_TAKEOVER] = FR_STR_INIT("client_no_context_takeover"),
		[SERVER_WINDOW] = FR_STR_INIT("server_max_window_bits"),
		[CLIENT_WINDOW] = FR_STR_INIT("client_max_window_bits"),
	};
	int known = 0;

	while (known < KNOWN && !fr_str_eq(param->name, names[known]))
		known++;
	if (known == KNOWN || offer->seen[known] || !is_met((enum known)known, param)) {
		offer->fine = false;
		return;
	}
	offer->seen[known] = true;
	offer->windows[known] = param->window;
}

/* Reads one extension with its parameters; takes it when it is the first that can be met. */
static bool read_offer(struct fr_str *rest, struct ws_deflate *deflate)
{
	struct offer offer = {0};
	struct fr_str name;
	struct param param;

	if (!take_token(rest, &name))
		return false;
	offer.fine = fr_str_eq(name, FR_STR("permessage-deflate"));
	while (take_char(rest, ';')) {
		if (!take_param(rest, &param))
			return false;
		read_param(&offer, &param);
	}
	if (offer.fine && !deflate->agreed)
		*deflate = (struct ws_deflate){true, offer.windows[SERVER_WINDOW],
					       offer.windows[CLIENT_WINDOW]};
	return true;
}

/* One header's value: a list, whose elements may be empty (RFC 9110 §5.6.1). */
static bool read_offers(struct fr_str rest, struct ws_deflate *deflate)
{
	bool more = true;

	while (more) {
		skip_blanks(&rest);
		if (rest.len && *rest.at != ',' && !read_offer(&rest, deflate))
			return false;
		more = take_char(&rest, ',');
	}
	return rest.len == 0;
}

bool ws_extension_choose(const struct httpd_request *request, struct ws_deflate *deflate)
{
	*deflate = (struct ws_deflate){0};
	for (size_t i = 0; i < request->header_count; i++) {
		const struct httpd_header *header = &request->headers[i];

		if (fr_str_caseeq(header->name, FR_STR("Sec-WebSocket-Extensions")) &&
		    !read_offers(header->value, deflate))
			return false;
	}
	return true;
}

void ws_extension_answer(struct fr_buf *head, const struct ws_deflate *deflate)
{
	if (!deflate->agreed)
		return;
	fr_buf_add_str(head, FR_STR("Sec-WebSocket-Extensions: permessage-deflate; "
				    "server_no_context_takeover; client_no_context_takeover"));
	if (deflate->server_window)
		fr_buf_printf(head, "; server_max_window_bits=%d", deflate->server_window);
	if (deflate->client_window)
		fr_buf_printf(head, "; client_max_window_bits=%d", deflate->client_window);
	fr_buf_add_str(head, FR_STR("\r\n"));
}

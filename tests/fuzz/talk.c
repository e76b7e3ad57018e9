/* The peers' side of a conversation: what they send. What comes back is read in talk_read.c. */
#include "fuzz/talk.h"

#include "fuzz/talk_read.h"
#include "httpd/query.h"
#include "net/deflate.h"

#define START 5000 /* ms */
#define ROUNDS 2000

/* Time goes on while the server works: by a step at each look. */
static struct {
	const struct net_timers *timers;
	uint64_t spent, step; /* ns */
} clock_state;

static uint64_t hrtime(void)
{
	clock_state.spent += clock_state.step;
	return clock_state.timers->now * 1000000 + clock_state.spent;
}

void talk_slow_down(uint64_t ns)
{
	clock_state.step = ns;
}

void talk_open(struct talk *talk)
{
	struct httpd_options options = httpd_options_default();

	net_timers_init(&talk->timers, START, hrtime);
	clock_state.timers = &talk->timers;
	clock_state.spent = clock_state.step = 0;
	options.body_max = 4000;
	talk->httpd = httpd_server_new(&talk->timers, &options);
	FUZZ_CHECK(talk->httpd != NULL);
}

/* --- sessions --- */

int talk_add_session(struct talk *talk, struct fr_str sid, int revision)
{
	struct talk_session *session = &talk->sessions[talk->session_count];

	FUZZ_CHECK(sid.len == 20 && talk_session(talk, sid) < 0);
	if (talk->session_count == TALK_SESSIONS) {
		talk->full = true;
		return -1;
	}
	*session = (struct talk_session){.revision = revision};
	memcpy(session->sid, sid.at, sid.len);
	return talk->session_count++;
}

int talk_session(const struct talk *talk, struct fr_str sid)
{
	for (int i = 0; i < talk->session_count; i++)
		if (fr_str_eq(sid, fr_str_of(talk->sessions[i].sid)))
			return i;
	return -1;
}

bool talk_is_sure(const struct talk *talk, int session)
{
	return !talk->wild && !talk->full && talk->sessions[session].known &&
	       !talk->sessions[session].gappy;
}

/* --- text --- */

uint32_t talk_number(struct fr_str text)
{
	uint64_t n = 0;

	while (text.len && (text.at[text.len - 1] < '0' || text.at[text.len - 1] > '9'))
		text.len--;
	if (!fr_str_u64(text, &n))
		return 0;
	return n > 1000000 ? 1000000 : (uint32_t)n;
}

struct fr_str talk_member(struct fr_str text, const char *key)
{
	const char *at = text.len ? memmem(text.at, text.len, key, strlen(key)) : NULL;
	size_t skip;

	if (!at)
		return FR_STR("");
	skip = (size_t)(at - text.at) + strlen(key);
	if (!fr_str_starts(fr_str_skip(text, skip), FR_STR("\":\"")))
		return FR_STR("");
	text = fr_str_skip(text, skip + 3);
	return fr_str(text.at, fr_str_find(text, '"'));
}

static int hex_digit(char c)
{
	const char *at = c ? strchr("0123456789abcdef", c) : NULL;

	return at ? (int)(at - "0123456789abcdef") : -1;
}

void talk_unescape(struct fr_buf *out, struct fr_str data)
{
	static const char from[] = "nr\\", to[] = "\n\r\\";

	while (data.len) {
		char c = data.at[0], next = data.len > 1 ? data.at[1] : '\0';
		size_t taken = 1;

		if (c == '\\' && next && strchr(from, next)) {
			c = to[strchr(from, next) - from];
			taken = 2;
		} else if (c == '\\' && next == 'x' && data.len > 3 && hex_digit(data.at[2]) >= 0 &&
			   hex_digit(data.at[3]) >= 0) {
			c = (char)(hex_digit(data.at[2]) << 4 | hex_digit(data.at[3]));
			taken = 4;
		}
		fr_buf_add_char(out, c);
		data = fr_str_skip(data, taken);
	}
}

static struct fr_str param(struct fr_str query, const char *name, struct fr_buf *scratch)
{
	struct fr_str value;

	return httpd_query_get(query, fr_str_of(name), scratch, &value) ? value : FR_STR("");
}

/* Appends a query with its sids; returns what it asks for. */
static struct talk_ask add_query(const struct talk *talk, struct fr_buf *out, struct fr_str query)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct talk_ask ask = {0};
	size_t from = out->len;

	for (size_t i = 0; i < query.len; i++) {
		int n = query.at[i] == '$' && i + 1 < query.len ? query.at[i + 1] - '0' : -1;

		if (n >= 0 && n <= 9 && n < talk->session_count) {
			fr_buf_add_str(out, fr_str_of(talk->sessions[n].sid));
			i++;
		} else if (query.at[i] > ' ' && query.at[i] != 0x7f && query.at[i] != '#') {
			fr_buf_add_char(out, query.at[i]);
		}
	}
	query = fr_str_skip(fr_buf_str(out), from);
	ask.session = talk_session(talk, param(query, "sid", &scratch));
	fr_buf_clear(&scratch);
	ask.revision = (int)talk_number(param(query, "EIO", &scratch));
	fr_buf_fini(&scratch);
	return ask;
}

/* --- what peers send --- */

static void send_bytes(struct talk_conn *conn, const struct fr_buf *bytes)
{
	if (bytes->len)
		memconn_recv_pieces(conn->m, bytes->at, bytes->len,
				    conn->piece ? conn->piece : bytes->len);
}

static void remember(struct talk_conn *conn, const struct talk_ask *ask)
{
	if (conn->asked - conn->answered == TALK_ASKS || conn->ws)
		conn->raw = true;
	else
		conn->asks[conn->asked++ % TALK_ASKS] = *ask;
}

static const char requests[] = "GHPWOBDZ";

static void send_request(struct talk *talk, struct talk_conn *conn, char verb, struct fr_str rest)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "GET", "OPTIONS"};
	static const enum talk_kind kinds[] = {TALK_GET,   TALK_HEAD, TALK_POST,  TALK_SOCKET,
					       TALK_OTHER, TALK_POST, TALK_OTHER, TALK_SOCKET};
	const enum talk_kind kind = kinds[strchr(requests, verb) - requests];
	struct fr_buf out = FR_BUF_INIT, body = FR_BUF_INIT;
	struct fr_str query = fuzz_until(&rest, '|');
	struct talk_ask ask;

	fr_buf_printf(&out, "%s /e/?", verb == 'D' ? "DELETE" : methods[kind]);
	ask = add_query(talk, &out, query);
	ask.kind = kind;
	fr_buf_add_str(&out, FR_STR(" HTTP/1.1\r\nHost: a\r\n"));
	if (verb == 'B')
		fr_buf_add_str(&out, FR_STR("Content-Type: application/octet-stream\r\n"));
	if (kind == TALK_POST) {
		talk_unescape(&body, rest);
		fr_buf_printf(&out, "Content-Length: %zu\r\n", body.len);
	}
	if (kind == TALK_SOCKET)
		fr_buf_add_str(&out, FR_STR("Connection: Upgrade\r\nUpgrade: websocket\r\n"
					    "Sec-WebSocket-Version: 13\r\n"
					    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
	if (verb == 'Z') {
		conn->deflate = true;
		fr_buf_add_str(&out, FR_STR("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
	}
	while (kind != TALK_POST && rest.len) {
		conn->raw = true; /* who knows what such a header does */
		fr_buf_add_str(&out, fuzz_until(&rest, '|'));
		fr_buf_add_str(&out, FR_STR("\r\n"));
	}
	fr_buf_add_str(&out, FR_STR("\r\n"));
	fr_buf_add_str(&out, fr_buf_str(&body));
	remember(conn, &ask);
	send_bytes(conn, &out);
	fr_buf_fini(&out);
	fr_buf_fini(&body);
}

static void send_frame(struct talk_conn *conn, enum ws_opcode opcode, bool deflated,
		       struct fr_str payload)
{
	static const char mask[] = {0x12, 0x34, 0x56, 0x78};
	struct fr_buf out = FR_BUF_INIT;
	uint8_t head[WS_HEAD_MAX];
	size_t n = ws_frame_head(head, opcode, payload.len);

	head[0] |= deflated ? 0x40 : 0;
	head[1] |= 0x80;
	fr_buf_add(&out, head, n);
	fr_buf_add(&out, mask, sizeof(mask));
	for (size_t i = 0; i < payload.len; i++)
		fr_buf_add_char(&out, (char)(payload.at[i] ^ mask[i % 4]));
	conn->raw = conn->raw || !conn->ws;
	send_bytes(conn, &out);
	fr_buf_fini(&out);
}

static void deflate(struct fr_buf *data)
{
	struct net_deflater *deflater = net_deflater_new();
	struct fr_str text = fr_buf_str(data);
	struct fr_buf out = FR_BUF_INIT;

	FUZZ_CHECK(deflater && net_deflate(deflater, NET_WINDOW_MIN, &text, 1, &out) == 0);
	net_deflater_free(deflater);
	fr_buf_fini(data);
	*data = out;
}

static void send_data(struct talk_conn *conn, char verb, struct fr_str rest)
{
	static const char verbs[] = "tbpqcz";
	static const enum ws_opcode opcodes[] = {WS_TEXT, WS_BINARY, WS_PING,
						 WS_PONG, WS_CLOSE,  WS_TEXT};
	struct fr_buf data = FR_BUF_INIT;

	if (verb == 'c' && rest.len) {
		uint32_t code = talk_number(rest);

		fr_buf_add_char(&data, (char)(code >> 8));
		fr_buf_add_char(&data, (char)code);
	} else {
		talk_unescape(&data, rest);
	}
	if (verb == 'z')
		deflate(&data);
	if (verb == 'r') {
		conn->raw = true;
		send_bytes(conn, &data);
	} else {
		send_frame(conn, opcodes[strchr(verbs, verb) - verbs], verb == 'z',
			   fr_buf_str(&data));
	}
	fr_buf_fini(&data);
}

static void act(struct talk *talk, struct talk_conn *conn, char verb, struct fr_str rest)
{
	if (verb && strchr(requests, verb))
		send_request(talk, conn, verb, rest);
	else if (verb && strchr("tbpqcrz", verb))
		send_data(conn, verb, rest);
	else if (verb == 's')
		conn->piece = talk_number(rest);
	else if (verb == 'w')
		conn->m->window = rest.len ? talk_number(rest) : SIZE_MAX;
	else if (verb == 'e')
		memconn_eof(conn->m);
	else if (verb == 'x')
		memconn_reset(conn->m);
}

/* --- turns --- */

/* Time goes on by a millisecond a round, since timers that start others do so for the next one. A
 * server that never comes to rest would be a busy one for ever. */
static void move(struct talk *talk)
{
	bool moved = true;

	for (int round = 0; moved; round++) {
		FUZZ_CHECK(round < ROUNDS);
		net_timers_run(&talk->timers, talk->timers.now + (round > 0));
		talk->flush(talk->ctx);
		httpd_server_flush(talk->httpd);
		moved = net_timers_next(&talk->timers) <= talk->timers.now + 1;
		for (int i = 0; i < TALK_CONNS; i++)
			if (talk->conns[i].m && memconn_pump(talk->conns[i].m))
				moved = true;
	}
}

void talk_turn(struct talk *talk)
{
	move(talk);
	talk_read(talk);
}

void talk_pass(struct talk *talk, uint64_t ms)
{
	net_timers_run(&talk->timers, talk->timers.now + ms);
	talk_turn(talk);
}

static struct talk_conn *conn_open(struct talk *talk, int i)
{
	struct talk_conn *conn = &talk->conns[i];

	if (!conn->m) {
		*conn = (struct talk_conn){.m = memconn_new(), .opened = {.session = -1}};
		httpd_server_accept(talk->httpd, &conn->m->conn);
	}
	return conn;
}

bool talk_line(struct talk *talk, struct fr_str line)
{
	char who = line.len ? line.at[0] : '\0';

	if (who == '+') {
		talk_pass(talk, talk_number(fr_str_skip(line, 1)));
		return true;
	}
	if (who < 'a' || who >= 'a' + TALK_OWN)
		return false;
	if (line.len > 1) {
		act(talk, conn_open(talk, who - 'a'), line.at[1], fr_str_skip(line, 2));
		talk_turn(talk);
	}
	return true;
}

/* --- the end --- */

/* Whether a GET of the session is at the server: the first on its connection that has no answer. */
static bool is_waiting(const struct talk_conn *conn, int session)
{
	return conn->m && !conn->ws && !conn->goodbye && conn->answered != conn->asked &&
	       conn->asks[conn->answered % TALK_ASKS].session == session;
}

bool talk_get(struct talk *talk, int session)
{
	char line[64];

	for (int i = 0; i < TALK_CONNS; i++)
		if (is_waiting(&talk->conns[i], session))
			return false;
	snprintf(line, sizeof(line), "transport=polling&sid=%s", talk->sessions[session].sid);
	act(talk, conn_open(talk, TALK_OWN), 'G', fr_str_of(line));
	talk_turn(talk);
	return true;
}

void talk_let_go(struct talk *talk)
{
	talk_slow_down(0);
	for (int i = 0; i < TALK_CONNS; i++)
		if (talk->conns[i].m)
			talk->conns[i].m->window = SIZE_MAX;
	talk_pass(talk, TALK_UPGRADE_MS + 1);
}

void talk_break(struct talk *talk)
{
	talk_slow_down(0);
	for (int i = 0; i < TALK_CONNS; i++)
		if (talk->conns[i].m)
			memconn_reset(talk->conns[i].m);
	for (int i = 0; i < 60; i++)
		talk_pass(talk, 1000);
	FUZZ_CHECK(httpd_server_conns(talk->httpd) == 0);
}

void talk_close(struct talk *talk)
{
	httpd_server_free(talk->httpd);
	for (int i = 0; i < TALK_CONNS; i++)
		FUZZ_CHECK(!talk->conns[i].m); /* what is closed is read and freed */
}

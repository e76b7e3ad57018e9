/* The interpreter of script.h's conversations. */
#include "frustd/eio/script.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/buf.h"
#include "eio/broadcast.h"
#include "helpers/check.h"
#include "helpers/memconn.h"
#include "net/deflate.h"
#include "ws/frame.h"

#define CONNS 8
#define SESSIONS 16
#define LINE_SIZE 16384

struct script {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct eio_server *eio;
	struct memconn *conns[CONNS];
	size_t seen[CONNS];                     /* bytes of its output that were looked at */
	struct fr_buf head;                     /* of the last response */
	struct eio_session *sessions[SESSIONS]; /* NULL: over */
	char sids[SESSIONS][24];
	int opened;
	struct eio_broadcast *broadcasts[2];
	struct fr_buf events; /* a line each */
	size_t events_seen;
	const char *on_open, *on_message, *on_close;
	const char *line;     /* as it was written */
	const char *expanded; /* with its sids */
};

static void fail_at(const struct script *s, const char *why, struct fr_str got)
{
	print_error("in line \"%s\": %s\n  got (%zu) %.*s\n", s->line, why, got.len,
		    FR_STR_ARG(got));
	fail();
}

static uint64_t no_hrtime(void)
{
	return 0;
}

/* --- text --- */

/* The next word of *rest, which goes on behind the blank. */
static struct fr_str word(struct fr_str *rest)
{
	size_t n = fr_str_find(*rest, ' ');
	struct fr_str taken = {rest->at, n};

	*rest = fr_str_skip(*rest, n < rest->len ? n + 1 : n);
	return taken;
}

static uint64_t number(struct script *s, struct fr_str text)
{
	uint64_t n = 0;

	if (!fr_str_u64(text, &n))
		fail_at(s, "not a number", text);
	return n;
}

static void add_hex(struct fr_buf *out, struct fr_str hex)
{
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		char digits[] = {hex.at[i], hex.at[i + 1], '\0'};

		fr_buf_add_char(out, (char)strtol(digits, NULL, 16));
	}
}

/* Data as a line gives it. */
static struct fr_buf data_of(struct fr_str text)
{
	struct fr_buf out = FR_BUF_INIT;

	if (fr_str_starts(text, FR_STR("hex:")))
		add_hex(&out, fr_str_skip(text, 4));
	else
		fr_buf_add_str(&out, text);
	return out;
}

/* --- the layer above --- */

static void act(struct script *s, struct fr_str line, struct eio_session *session);

static int index_of(const struct script *s, const struct eio_session *session)
{
	for (int i = 0; i < s->opened; i++)
		if (s->sessions[i] == session)
			return i;
	return -1;
}

static void on_open(void *ctx, struct eio_session *session)
{
	struct script *s = ctx;

	CHECK(s->opened < SESSIONS);
	CHECK_INT(strlen(eio_session_sid(session)), 20);
	snprintf(s->sids[s->opened], sizeof(s->sids[0]), "%s", eio_session_sid(session));
	s->sessions[s->opened++] = session;
	eio_session_set_user(session, s);
	fr_buf_printf(&s->events, "open %d\n", s->opened);
	if (s->on_open)
		act(s, fr_str_of(s->on_open), session);
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	struct script *s = ctx;

	CHECK(eio_session_user(session) == s);
	fr_buf_printf(&s->events, "%d %s ", index_of(s, session) + 1, binary ? "bin" : "text");
	for (size_t i = 0; i < data.len && binary; i++)
		fr_buf_printf(&s->events, "%02x", (unsigned char)data.at[i]);
	if (!binary)
		fr_buf_add_str(&s->events, data);
	fr_buf_add_char(&s->events, '\n');
	if (s->on_message)
		act(s, fr_str_of(s->on_message), session);
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	static const char *const names[] = {
		[EIO_CLIENT_CLOSE] = "CLIENT_CLOSE",
		[EIO_TRANSPORT_ERROR] = "TRANSPORT_ERROR",
		[EIO_PROTOCOL_ERROR] = "PROTOCOL_ERROR",
		[EIO_TIMEOUT] = "TIMEOUT",
		[EIO_SLOW] = "SLOW",
		[EIO_FLOOD] = "FLOOD",
		[EIO_SERVER_CLOSE] = "SERVER_CLOSE",
		[EIO_SHUTDOWN] = "SHUTDOWN",
	};
	struct script *s = ctx;
	int i = index_of(s, session);

	fr_buf_printf(&s->events, "close %d %s\n", i + 1, names[reason]);
	if (s->on_close)
		act(s, fr_str_of(s->on_close), session);
	s->sessions[i] = NULL;
}

static void on_notice(void *ctx, enum eio_notice notice, const struct net_address *peer,
		      const char *sid, struct fr_str text)
{
	static const char *const names[] = {
		[EIO_NOTICE_ORIGIN_REFUSED] = "ORIGIN_REFUSED",
		[EIO_NOTICE_TOO_LARGE] = "TOO_LARGE",
		[EIO_NOTICE_SLOW] = "SLOW",
		[EIO_NOTICE_FLOOD] = "FLOOD",
		[EIO_NOTICE_NO_UPGRADE] = "NO_UPGRADE",
	};
	struct script *s = ctx;
	struct net_address whose = *peer;
	char who[NET_ADDRESS_TEXT];

	CHECK_INT(whose.family, NET_IPV4);
	CHECK(notice != EIO_NOTICE_SLOW || strlen(sid) == 20);
	fr_buf_printf(&s->events, "notice %s %.*s", names[notice], FR_STR_ARG(text));
	whose.port = 0;
	net_address_text(&whose, who);
	if (!net_address_local(peer))
		fr_buf_printf(&s->events, "of %s", who);
	fr_buf_add_char(&s->events, '\n');
}

/* --- what the layer above does --- */

static struct eio_session *session_arg(struct script *s, struct fr_str *rest,
				       struct eio_session *self)
{
	struct fr_str name = word(rest);
	struct eio_session *session = self;

	if (!fr_str_eq(name, FR_STR("*")))
		session = s->sessions[number(s, name) - 1];
	if (!session)
		fail_at(s, "that session is over", name);
	return session;
}

static struct eio_broadcast *broadcast_arg(struct script *s, struct fr_str *rest)
{
	return s->broadcasts[*word(rest).at - 'A'];
}

static void send_data(struct eio_session *session, bool binary, struct fr_str text)
{
	struct fr_buf data = FR_BUF_INIT;

	if (binary)
		add_hex(&data, text);
	else
		fr_buf_add_str(&data, text);
	CHECK_INT(eio_session_send(session, binary, fr_buf_str(&data)), 0);
	fr_buf_fini(&data);
}

static void send_halves(struct eio_session *session, struct fr_str text)
{
	CHECK_INT(eio_session_send2(session, fr_str(text.at, text.len / 2),
				    fr_str_skip(text, text.len / 2)),
		  0);
}

static void broadcast_halves(struct eio_broadcast *to, struct fr_str text)
{
	const struct fr_str parts[] = {{text.at, text.len / 2}, fr_str_skip(text, text.len / 2)};

	CHECK_INT(eio_broadcast_send(to, parts, 2), 0);
}

static void broadcast(struct script *s, struct fr_str rest)
{
	struct eio_broadcast *to = broadcast_arg(s, &rest);

	broadcast_halves(to, rest);
}

static void follow(struct script *s, struct eio_session *session, struct fr_str which)
{
	CHECK_INT(eio_session_follow(session, broadcast_arg(s, &which)), 0);
}

static void fill(struct script *s, struct fr_str rest)
{
	struct eio_broadcast *to = broadcast_arg(s, &rest);
	uint64_t n = number(s, word(&rest));
	size_t size = number(s, word(&rest));
	char *bytes = malloc(size);

	memset(bytes, 'x', size);
	while (n-- > 0)
		broadcast_halves(to, fr_str(bytes, size));
	free(bytes);
}

static void act(struct script *s, struct fr_str line, struct eio_session *self)
{
	struct fr_str rest = line, verb = word(&rest);

	if (fr_str_eq(verb, FR_STR("send")))
		send_data(session_arg(s, &rest, self), false, rest);
	else if (fr_str_eq(verb, FR_STR("send2")))
		send_halves(session_arg(s, &rest, self), rest);
	else if (fr_str_eq(verb, FR_STR("sendbin")))
		send_data(session_arg(s, &rest, self), true, rest);
	else if (fr_str_eq(verb, FR_STR("end")))
		eio_session_close(session_arg(s, &rest, self));
	else if (fr_str_eq(verb, FR_STR("fail")))
		eio_session_fail(session_arg(s, &rest, self));
	else if (fr_str_eq(verb, FR_STR("follow")))
		follow(s, session_arg(s, &rest, self), rest);
	else if (fr_str_eq(verb, FR_STR("unfollow")))
		CHECK_INT(eio_session_follow(session_arg(s, &rest, self), NULL), 0);
	else if (fr_str_eq(verb, FR_STR("broadcast")))
		broadcast(s, rest);
	else if (fr_str_eq(verb, FR_STR("fill")))
		fill(s, rest);
	else if (fr_str_eq(verb, FR_STR("shutdown")))
		eio_server_close(s->eio);
	else
		fail_at(s, "no such action", line);
}

static void set_callback(struct script *s, struct fr_str rest)
{
	struct fr_str which = word(&rest);
	/* The written lines live as long as the script. */
	const char *action = fr_str_eq(rest, FR_STR("none")) ? NULL
							     : s->line + (rest.at - s->expanded);

	if (fr_str_eq(which, FR_STR("open")))
		s->on_open = action;
	else if (fr_str_eq(which, FR_STR("message")))
		s->on_message = action;
	else if (fr_str_eq(which, FR_STR("close")))
		s->on_close = action;
	else
		fail_at(s, "no such callback", which);
}

/* --- the peers --- */

/* What a request's step stands for. */
static struct fr_str method_of(struct fr_str verb)
{
	if (fr_str_eq(verb, FR_STR("WS")))
		return FR_STR("GET");
	return fr_str_eq(verb, FR_STR("BEGIN")) ? FR_STR("POST") : verb;
}

static void turn(struct script *s)
{
	bool moved = true;

	while (moved) {
		net_timers_run(&s->timers, s->timers.now);
		eio_server_flush(s->eio);
		httpd_server_flush(s->httpd);
		moved = false;
		for (int i = 0; i < CONNS; i++)
			moved = (s->conns[i] && memconn_pump(s->conns[i])) || moved;
	}
}

static struct memconn *conn_of(struct script *s, int i)
{
	if (!s->conns[i]) {
		s->conns[i] = memconn_new();
		httpd_server_accept(s->httpd, &s->conns[i]->conn);
	}
	return s->conns[i];
}

static void request(struct memconn *m, struct fr_str verb, struct fr_str rest)
{
	bool post = fr_str_eq(verb, FR_STR("POST")), ws = fr_str_eq(verb, FR_STR("WS"));
	size_t bar = fr_str_find(rest, '|');
	struct fr_str query = fr_str_trim_ows(fr_str(rest.at, bar));
	struct fr_buf out = FR_BUF_INIT, body = FR_BUF_INIT;

	rest = bar < rest.len ? fr_str_skip(rest, bar + 2) : FR_STR("");
	fr_buf_printf(&out, "%.*s /e/?%.*s HTTP/1.1\r\nHost: example.org\r\n",
		      FR_STR_ARG(method_of(verb)), FR_STR_ARG(query));
	if (post)
		body = data_of(rest);
	if (post && fr_str_starts(rest, FR_STR("hex:")))
		fr_buf_add_str(&out, FR_STR("Content-Type: application/octet-stream\r\n"));
	if (post)
		fr_buf_printf(&out, "Content-Length: %zu\r\n", body.len);
	while (!post && rest.len) {
		bar = fr_str_find(rest, '|');
		fr_buf_add_str(&out, fr_str_trim_ows(fr_str(rest.at, bar)));
		fr_buf_add_str(&out, FR_STR("\r\n"));
		rest = fr_str_skip(rest, bar < rest.len ? bar + 1 : bar);
	}
	if (ws)
		fr_buf_add_str(&out, FR_STR("Connection: Upgrade\r\nUpgrade: websocket\r\n"
					    "Sec-WebSocket-Version: 13\r\n"
					    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
	fr_buf_add_str(&out, FR_STR("\r\n"));
	fr_buf_add_str(&out, fr_buf_str(&body));
	memconn_recv(m, out.at, out.len);
	fr_buf_fini(&out);
	fr_buf_fini(&body);
}

/* A masked frame, its first byte with these bits beside FIN; the mask is fixed. */
static void frame(struct memconn *m, unsigned bits, struct fr_str payload)
{
	static const char mask[] = {0x12, 0x34, 0x56, 0x78};
	struct fr_buf out = FR_BUF_INIT;
	uint8_t head[WS_HEAD_MAX];
	size_t n = ws_frame_head(head, WS_CONT, payload.len);

	head[0] |= (uint8_t)bits;
	head[1] |= 0x80;
	fr_buf_add(&out, head, n);
	fr_buf_add(&out, mask, sizeof(mask));
	for (size_t i = 0; i < payload.len; i++)
		fr_buf_add_char(&out, (char)(payload.at[i] ^ mask[i % 4]));
	memconn_recv(m, out.at, out.len);
	fr_buf_fini(&out);
}

static void frame_of(struct script *s, struct memconn *m, enum ws_opcode opcode, struct fr_str text)
{
	struct fr_buf data = FR_BUF_INIT;

	if (opcode == WS_BINARY) {
		add_hex(&data, text);
	} else if (opcode == WS_CLOSE && text.len) {
		uint64_t code = number(s, word(&text));

		fr_buf_add_char(&data, (char)(code >> 8));
		fr_buf_add_char(&data, (char)(code & 0xff));
	} else {
		fr_buf_add_str(&data, text);
	}
	frame(m, opcode, fr_buf_str(&data));
	fr_buf_fini(&data);
}

static void deflated_frame(struct memconn *m, struct fr_str text)
{
	struct net_deflater *deflater = net_deflater_new();
	struct fr_buf data = FR_BUF_INIT;

	CHECK_INT(net_deflate(deflater, NET_WINDOW_MAX, &text, 1, &data), 0);
	frame(m, WS_RSV1 | WS_TEXT, fr_buf_str(&data));
	fr_buf_fini(&data);
	net_deflater_free(deflater);
}

static const struct {
	const char *name;
	enum ws_opcode opcode;
} frames[] = {
	{"text", WS_TEXT}, {"bin", WS_BINARY}, {"close", WS_CLOSE},
	{"ping", WS_PING}, {"pong", WS_PONG},
};

/* The opcode of that name; WS_CONT: none. */
static enum ws_opcode opcode_of(struct fr_str name)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(frames); i++)
		if (fr_str_eq(name, fr_str_of(frames[i].name)))
			return frames[i].opcode;
	return WS_CONT;
}

static void peer_acts(struct script *s, struct memconn *m, struct fr_str verb, struct fr_str rest)
{
	struct fr_buf raw = FR_BUF_INIT;

	if (opcode_of(verb)) {
		frame_of(s, m, opcode_of(verb), rest);
	} else if (fr_str_eq(verb, FR_STR("deflated"))) {
		deflated_frame(m, rest);
	} else if (fr_str_eq(verb, FR_STR("raw"))) {
		add_hex(&raw, rest);
		memconn_recv(m, raw.at, raw.len);
		fr_buf_fini(&raw);
	} else if (fr_str_eq(verb, FR_STR("eof"))) {
		memconn_eof(m);
	} else if (fr_str_eq(verb, FR_STR("reset"))) {
		memconn_reset(m);
	} else if (fr_str_eq(verb, FR_STR("window"))) {
		m->window = fr_str_eq(rest, FR_STR("all")) ? SIZE_MAX : number(s, rest);
	} else {
		request(m, verb, rest);
	}
}

/* --- what came back --- */

static struct fr_str unseen(const struct script *s, int i)
{
	return fr_str_skip(memconn_out(s->conns[i]), s->seen[i]);
}

/* The bytes before the first blank line, which is taken too. */
static struct fr_str response_head(struct script *s, int i)
{
	struct fr_str out = unseen(s, i);
	const char *end = out.len ? memmem(out.at, out.len, "\r\n\r\n", 4) : NULL;

	if (!end)
		fail_at(s, "no response", out);
	out.len = (size_t)(end - out.at) + 4;
	s->seen[i] += out.len;
	fr_buf_clear(&s->head);
	fr_buf_add_str(&s->head, out);
	return out;
}

static size_t content_length(struct fr_str head)
{
	const char *at = memmem(head.at, head.len, "Content-Length: ", 16);

	return at ? (size_t)strtoul(at + 16, NULL, 10) : 0;
}

static void expect_response(struct script *s, int i, struct fr_str status, struct fr_str body)
{
	struct fr_str head = response_head(s, i), got;
	size_t n = content_length(head);
	struct fr_buf expected = data_of(body);

	if (!fr_str_eq(fr_str(head.at + 9, 3), status))
		fail_at(s, "another status", head);
	if (unseen(s, i).len < n && !fr_str_eq(status, FR_STR("304")))
		fail_at(s, "the body is not whole", unseen(s, i));
	got = fr_str(unseen(s, i).at, n);
	s->seen[i] += n;
	if (!fr_str_eq(body, FR_STR("*")) && !fr_str_eq(got, fr_buf_str(&expected)))
		fail_at(s, "another body", got);
	fr_buf_fini(&expected);
}

static struct ws_frame next_frame(struct script *s, int i)
{
	struct fr_str out = unseen(s, i);
	struct ws_frame got;

	if (out.len < 2)
		fail_at(s, "no frame", out);
	got = ws_frame_view((const uint8_t *)out.at);
	if (got.size > out.len)
		fail_at(s, "the frame is not whole", out);
	s->seen[i] += got.size;
	return got;
}

static void expect_frame(struct script *s, int i, enum ws_opcode opcode, struct fr_str text)
{
	struct ws_frame got = next_frame(s, i);
	struct fr_buf expected = FR_BUF_INIT;

	if (opcode == WS_CLOSE)
		fr_buf_printf(&expected, "%c%c", (int)(number(s, text) >> 8),
			      (int)(number(s, text) & 0xff));
	else if (opcode == WS_BINARY)
		add_hex(&expected, text);
	else
		fr_buf_add_str(&expected, text);
	if (got.deflated || got.opcode != opcode || !fr_str_eq(got.payload, fr_buf_str(&expected)))
		fail_at(s, "another frame", got.payload);
	fr_buf_fini(&expected);
}

/* As a peer with that window would: in small pieces, so that no reference reaches further. */
static void inflate_within(struct fr_buf *out, struct fr_str deflated, int window)
{
	struct fr_buf in = FR_BUF_INIT;
	z_stream z = {0};
	int rc = Z_OK;

	fr_buf_add_str(&in, deflated);
	fr_buf_add_str(&in, FR_STR("\x00\x00\xff\xff"));
	CHECK_INT(inflateInit2(&z, -window), Z_OK);
	z.next_in = (Bytef *)in.at;
	z.avail_in = (uInt)in.len;
	while (rc == Z_OK) {
		uint8_t piece[100];

		z.next_out = piece;
		z.avail_out = sizeof(piece);
		rc = inflate(&z, Z_SYNC_FLUSH);
		fr_buf_add(out, piece, sizeof(piece) - z.avail_out);
	}
	CHECK_INT(rc, Z_BUF_ERROR);
	inflateEnd(&z);
	fr_buf_fini(&in);
}

static void expect_deflated(struct script *s, int i, struct fr_str text)
{
	int window = (int)number(s, word(&text));
	struct ws_frame got = next_frame(s, i);
	struct fr_buf inflated = FR_BUF_INIT;

	if (!got.deflated || got.opcode != WS_TEXT || got.payload.len >= text.len)
		fail_at(s, "another frame", got.payload);
	inflate_within(&inflated, got.payload, window);
	if (!fr_str_eq(fr_buf_str(&inflated), text))
		fail_at(s, "another message", fr_buf_str(&inflated));
	fr_buf_fini(&inflated);
}

static void expect(struct script *s, int i, struct fr_str rest)
{
	struct fr_str what = word(&rest);

	if (opcode_of(what)) {
		expect_frame(s, i, opcode_of(what), rest);
	} else if (fr_str_eq(what, FR_STR("deflated"))) {
		expect_deflated(s, i, rest);
	} else if (fr_str_eq(what, FR_STR("frames"))) {
		for (uint64_t n = number(s, rest); n > 0; n--)
			next_frame(s, i);
	} else if (fr_str_eq(what, FR_STR("end"))) {
		if (!s->conns[i]->finished && !s->conns[i]->closed)
			fail_at(s, "the stream goes on", unseen(s, i));
	} else {
		expect_response(s, i, what, rest);
	}
}

static void expect_header(struct script *s, struct fr_str line)
{
	struct fr_str head = fr_buf_str(&s->head);
	const char *at = memmem(head.at, head.len, line.at, line.len);

	if (!at || memcmp(at + line.len, "\r\n", 2) != 0)
		fail_at(s, "no such header", head);
}

static void expect_event(struct script *s, struct fr_str expected)
{
	struct fr_str left = fr_str_skip(fr_buf_str(&s->events), s->events_seen);
	size_t n = fr_str_find(left, '\n');

	if (!fr_str_eq(fr_str(left.at, n), expected))
		fail_at(s, "another event", left);
	s->events_seen += n + 1;
}

/* --- lines --- */

static void step_peer(struct script *s, struct fr_str line)
{
	int i = *word(&line).at - 'a';
	struct memconn *m = conn_of(s, i);
	struct fr_str verb = word(&line);

	if (fr_str_eq(verb, FR_STR("<"))) {
		expect(s, i, line);
	} else if (fr_str_eq(verb, FR_STR("has"))) {
		expect_header(s, line);
	} else {
		peer_acts(s, m, verb, line);
		turn(s);
	}
}

static void check_census(struct script *s, struct fr_str expected)
{
	struct eio_census census;
	char text[64];

	eio_server_census(s->eio, &census);
	snprintf(text, sizeof(text), "%zu %zu %zu %zu %d", census.polling[0], census.polling[1],
		 census.websocket[0], census.websocket[1], (int)census.waiting);
	CHECK_STR(expected, text);
}

static void check_upgrades(struct script *s, struct fr_str expected)
{
	const struct eio_counters *counters = eio_server_counters(s->eio);
	char text[32];

	snprintf(text, sizeof(text), "%d %d", (int)counters->upgrades,
		 (int)counters->upgrades_failed);
	CHECK_STR(expected, text);
}

static void step(struct script *s, struct fr_str line)
{
	struct fr_str rest = line, verb = word(&rest);

	if (verb.len == 1 && verb.at[0] >= 'a' && verb.at[0] < 'a' + CONNS) {
		step_peer(s, line);
	} else if (fr_str_eq(verb, FR_STR("up"))) {
		expect_event(s, rest);
	} else if (fr_str_eq(verb, FR_STR("on"))) {
		set_callback(s, rest);
	} else if (fr_str_eq(verb, FR_STR("wait"))) {
		net_timers_run(&s->timers, s->timers.now + number(s, rest));
		turn(s);
	} else if (fr_str_eq(verb, FR_STR("unfinished"))) {
		CHECK_INT(eio_server_unfinished(s->eio), number(s, rest));
	} else if (fr_str_eq(verb, FR_STR("census"))) {
		check_census(s, rest);
	} else if (fr_str_eq(verb, FR_STR("upgrades"))) {
		check_upgrades(s, rest);
	} else {
		act(s, line, NULL);
		turn(s);
	}
}

/* The line with its sids in place. */
static struct fr_str expand(const struct script *s, char out[LINE_SIZE])
{
	size_t n = 0;

	for (const char *at = s->line; *at && n + 24 < LINE_SIZE; at++) {
		int i = at[0] == '$' ? at[1] - '1' : -1;

		if (i < 0 || i >= s->opened)
			out[n++] = *at;
		else {
			n += (size_t)snprintf(out + n, LINE_SIZE - n, "%s", s->sids[i]);
			at++;
		}
	}
	out[n] = '\0';
	return fr_str(out, n);
}

/* --- the whole --- */

struct eio_options script_options(void)
{
	struct eio_options options = eio_options_default();

	options.max_payload = 1000;
	options.send_window = 4096;
	options.queue_max = 2048;
	return options;
}

static void open_servers(struct script *s, const struct eio_options *asked)
{
	static const struct fr_str friends[] = {FR_STR_INIT("http://friend.example")};
	const struct eio_handler handler = {on_open, on_message, on_close};
	struct httpd_options httpd = httpd_options_default();
	struct eio_options options = asked ? *asked : script_options();

	net_timers_init(&s->timers, 1000000, no_hrtime);
	httpd.cors_origins = friends;
	httpd.cors_count = FR_ARRAY_LEN(friends);
	httpd.body_timeout = httpd.header_timeout = httpd.keep_alive = UINT32_MAX;
	s->httpd = httpd_server_new(&s->timers, &httpd);
	options.notice = on_notice;
	options.ctx = s;
	s->eio = eio_server_new(&s->timers, &options, &handler, s);
	CHECK(s->httpd != NULL);
	CHECK(s->eio != NULL);
	CHECK_INT(eio_server_mount(s->eio, s->httpd, FR_STR("/e/")), 0);
	for (int i = 0; i < 2; i++)
		s->broadcasts[i] = eio_broadcast_new(s->eio);
}

/* Nothing may be left that the script did not look at. */
static void check_seen(struct script *s)
{
	s->line = "(the end)";
	for (int i = 0; i < CONNS; i++)
		if (s->conns[i] && unseen(s, i).len)
			fail_at(s, "not looked at", unseen(s, i));
	if (s->events_seen < s->events.len)
		fail_at(s, "not looked at", fr_str_skip(fr_buf_str(&s->events), s->events_seen));
}

static void close_servers(struct script *s)
{
	s->on_close = NULL;
	for (int i = 0; i < CONNS; i++)
		if (s->conns[i])
			memconn_reset(s->conns[i]);
	turn(s);
	eio_server_close(s->eio);
	turn(s);
	CHECK_INT(eio_server_sessions(s->eio), 0);
	for (int i = 0; i < 2; i++)
		eio_broadcast_free(s->broadcasts[i]);
	eio_server_free(s->eio);
	httpd_server_free(s->httpd);
	for (int i = 0; i < CONNS; i++)
		memconn_free(s->conns[i]);
	fr_buf_fini(&s->events);
	fr_buf_fini(&s->head);
}

void script_run(const char *const *lines, const struct eio_options *options)
{
	struct script s = {0};
	char line[LINE_SIZE];

	open_servers(&s, options);
	for (; *lines; lines++) {
		s.line = *lines;
		s.expanded = line;
		step(&s, expand(&s, line));
	}
	check_seen(&s);
	close_servers(&s);
}

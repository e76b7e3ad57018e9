/*
 * What the server wrote, read by somebody who trusts it in nothing: RFC 9112's answers, and from
 * the 101 on RFC 6455's frames.
 */
#include "fuzz/talk_read.h"

#include "base/utf8.h"
#include "net/deflate.h"

static struct fr_str unread(const struct talk_conn *conn)
{
	return fr_str_skip(memconn_out(conn->m), conn->seen);
}

/* --- answers --- */

static struct fr_str take_header(struct fr_str *head, struct fr_str *name)
{
	struct fr_str line = fuzz_until(head, '\n');

	FUZZ_CHECK(line.len > 0 && line.at[line.len - 1] == '\r');
	line.len--;
	for (size_t i = 0; i < line.len; i++)
		FUZZ_CHECK((uint8_t)line.at[i] >= ' ' || line.at[i] == '\t');
	*name = fuzz_until(&line, ':');
	return fr_str_trim_ows(line);
}

/* The header section behind the status line. Returns the body's length. */
static size_t read_headers(struct fr_str head, struct talk_answer *answer)
{
	size_t length = 0;
	int lengths = 0;

	while (head.len) {
		struct fr_str name, value = take_header(&head, &name);

		FUZZ_CHECK(name.len > 0 && fr_str_eq(fr_str_trim_ows(name), name));
		if (fr_str_caseeq(name, FR_STR("content-type"))) {
			answer->type = value;
		} else if (fr_str_caseeq(name, FR_STR("connection"))) {
			answer->last = fr_str_caseeq(value, FR_STR("close"));
		} else if (fr_str_caseeq(name, FR_STR("content-length"))) {
			length = talk_number(value);
			lengths++;
		}
		FUZZ_CHECK(!fr_str_caseeq(name, FR_STR("transfer-encoding")));
	}
	FUZZ_CHECK(lengths ==
		   (answer->status >= 200 && answer->status != 204 && answer->status != 304));
	return length;
}

/* Takes one whole answer off the front; false when there is none. */
static bool take_answer(struct talk_conn *conn, bool is_head, struct talk_answer *answer)
{
	struct fr_str out = unread(conn), head, status;
	const char *end = out.len ? memmem(out.at, out.len, "\r\n\r\n", 4) : NULL;
	size_t length;

	if (!end)
		return false;
	FUZZ_CHECK(!conn->goodbye);
	*answer = (struct talk_answer){0};
	head = fr_str(out.at, (size_t)(end - out.at) + 2);
	out = fr_str_skip(out, head.len + 2);
	FUZZ_CHECK(fr_str_starts(head, FR_STR("HTTP/1.1 ")) && head.len > 14);
	status = fr_str(head.at + 9, 3);
	answer->status = (int)talk_number(status);
	FUZZ_CHECK(answer->status >= 100 && answer->status < 600 && head.at[12] == ' ');
	fuzz_until(&head, '\n');
	length = read_headers(head, answer);
	if (is_head)
		length = 0;
	if (out.len < length)
		return false;
	answer->body = fr_str(out.at, length);
	conn->seen = (size_t)(out.at - conn->m->out.at) + length;
	conn->goodbye = answer->last;
	return true;
}

static const struct talk_ask *next_ask(const struct talk_conn *conn)
{
	return conn->raw || conn->asked == conn->answered ? NULL
							  : &conn->asks[conn->answered % TALK_ASKS];
}

/* False when no whole answer is there. */
static bool read_answer(struct talk *talk, struct talk_conn *conn)
{
	const struct talk_ask *ask = next_ask(conn);
	struct talk_answer answer;

	/* Whether an answer is one to HEAD cannot be known: nothing of such a stream is. */
	if (conn->raw) {
		conn->seen = conn->m->out.len;
		return false;
	}
	if (!take_answer(conn, ask && ask->kind == TALK_HEAD, &answer))
		return false;
	FUZZ_CHECK(ask != NULL); /* nobody is answered who did not ask */
	FUZZ_CHECK(answer.status != 500);
	FUZZ_CHECK(answer.status >= 200 || (answer.status == 101 && ask->kind == TALK_SOCKET));
	conn->answered++;
	if (answer.status == 101) {
		conn->ws = true;
		conn->opened = *ask;
		conn->probe = ask->session >= 0;
	}
	talk_take_answer(talk, ask, &answer);
	return true;
}

/* --- frames --- */

/* The size of the frame at the start; 0: it is not whole. */
static size_t view_frame(struct fr_str out, struct ws_frame *frame)
{
	size_t n, at = 2;

	if (out.len < 2)
		return 0;
	frame->opcode = (enum ws_opcode)(out.at[0] & 15);
	FUZZ_CHECK(((uint8_t)out.at[0] & 0xb0) == 0x80 && !(out.at[1] & 0x80));
	n = out.at[1] & 127;
	if (n > 125) {
		at += n == 126 ? 2 : 8;
		if (out.len < at)
			return 0;
		n = 0;
		for (size_t i = 2; i < at; i++)
			n = n << 8 | (uint8_t)out.at[i];
		FUZZ_CHECK(n > (at == 4 ? 125 : 65535));
	}
	if (out.len - at < n)
		return 0;
	frame->payload = fr_str(out.at + at, n);
	frame->size = at + n;
	return frame->size;
}

/* Puts the inflated payload, in out, in the place of the deflated one. */
static void inflate(struct ws_frame *frame, struct fr_buf *out)
{
	struct net_inflater *inflater = net_inflater_new();

	FUZZ_CHECK(frame->opcode == WS_TEXT || frame->opcode == WS_BINARY);
	FUZZ_CHECK(inflater && net_inflate(inflater, frame->payload, 100000, out) == 0);
	net_inflater_free(inflater);
	frame->payload = fr_buf_str(out);
}

static bool read_frame(struct talk *talk, struct talk_conn *conn)
{
	struct fr_str out = unread(conn);
	struct fr_buf inflated = FR_BUF_INIT;
	struct ws_frame frame;
	size_t size = view_frame(out, &frame);

	if (!size)
		return false;
	if (out.at[0] & 0x40) {
		FUZZ_CHECK(conn->deflate);
		inflate(&frame, &inflated);
	}
	FUZZ_CHECK(!conn->goodbye);
	FUZZ_CHECK(frame.opcode == WS_TEXT || frame.opcode == WS_BINARY ||
		   frame.opcode == WS_CLOSE || frame.opcode == WS_PONG);
	FUZZ_CHECK(frame.opcode != WS_TEXT || fr_utf8_valid(frame.payload));
	FUZZ_CHECK(frame.opcode < WS_CLOSE || frame.payload.len <= 125);
	conn->goodbye = frame.opcode == WS_CLOSE;
	FUZZ_CHECK(!conn->goodbye || frame.payload.len >= 2);
	conn->seen += size;
	talk_take_frame(talk, conn, &frame);
	fr_buf_fini(&inflated);
	return true;
}

/* Answers that did not arrive: whoever asked misses what was in them. */
static void conn_gone(struct talk *talk, struct talk_conn *conn)
{
	for (unsigned i = conn->answered; i != conn->asked; i++) {
		int session = conn->asks[i % TALK_ASKS].session;

		if (session >= 0)
			talk->sessions[session].gappy = true;
	}
	memconn_free(conn->m);
	conn->m = NULL;
}

void talk_read(struct talk *talk)
{
	for (int i = 0; i < TALK_CONNS; i++) {
		struct talk_conn *conn = &talk->conns[i];

		if (!conn->m)
			continue;
		talk->wild = talk->wild || (conn->raw && !conn->ws);
		while (conn->ws ? read_frame(talk, conn) : read_answer(talk, conn))
			;
		if (conn->m->closed)
			conn_gone(talk, conn);
	}
}

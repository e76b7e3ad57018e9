/* The Engine.IO packets in what the server wrote: whose they are, and that they are well-formed. */
#include "base/json.h"
#include "eio/payload.h"
#include "fuzz/talk_read.h"

/* A handshake tells whose the stream is. */
static void introduce(struct talk *talk, struct talk_ask *stream, struct fr_str data)
{
	struct fr_str sid = talk_member(data, "sid");
	int session = talk_session(talk, sid);

	FUZZ_CHECK(sid.len == 20);
	if (session < 0)
		session = talk_add_session(talk, sid, stream->revision);
	if (session < 0)
		return;
	FUZZ_CHECK(stream->session < 0 && !talk->sessions[session].known);
	FUZZ_CHECK(talk->sessions[session].revision == stream->revision);
	stream->session = session;
	talk->sessions[session].known = true;
}

static void take_packet(struct talk *talk, struct talk_ask *stream, const struct eio_packet *packet)
{
	FUZZ_CHECK(packet->type != EIO_UPGRADE);
	if (packet->type == EIO_OPEN)
		introduce(talk, stream, packet->data);
	if (stream->session >= 0)
		talk->on_packet(talk->ctx, stream->session, packet);
}

/* ___eio[n]("…"); as a script engine takes it. */
static void unwrap_script(struct fr_str body, struct fr_buf *payload)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_json json = {0};

	FUZZ_CHECK(fr_str_starts(body, FR_STR("___eio[")) && body.len > 12);
	fuzz_until(&body, '(');
	body.len -= 2;
	FUZZ_CHECK(fr_json_parse(&json, body, FR_JSON_LIMITS) == FR_JSON_OK);
	fr_buf_add_str(payload, fr_json_str(&json, 0, &scratch));
	fr_json_fini(&json);
	fr_buf_fini(&scratch);
}

static void take_payload(struct talk *talk, struct talk_ask stream, enum eio_form form,
			 struct fr_str body)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct eio_payload payload;
	struct eio_packet packet;
	int r;

	FUZZ_CHECK(eio_payload_init(&payload, form, body, &scratch));
	while ((r = eio_payload_next(&payload, &packet)) == EIO_PAYLOAD_PACKET)
		take_packet(talk, &stream, &packet);
	FUZZ_CHECK(r == EIO_PAYLOAD_END);
	fr_buf_fini(&scratch);
}

void talk_take_answer(struct talk *talk, const struct talk_ask *ask,
		      const struct talk_answer *answer)
{
	int revision = ask->session < 0 ? ask->revision : talk->sessions[ask->session].revision;
	enum eio_form form = revision == 3 ? EIO_FORM_3 : EIO_FORM_4;
	struct fr_buf script = FR_BUF_INIT;

	if (ask->kind == TALK_POST && answer->status == 200)
		FUZZ_CHECK(fr_str_eq(answer->body, FR_STR("ok")));
	if (ask->kind != TALK_GET || answer->status != 200 || talk->full)
		return;
	if (fr_str_eq(answer->type, FR_STR("application/octet-stream"))) {
		FUZZ_CHECK(revision == 3);
		form = EIO_FORM_3_BINARY;
	}
	if (fr_str_starts(answer->type, FR_STR("text/javascript"))) {
		FUZZ_CHECK(revision == 3);
		unwrap_script(answer->body, &script);
		take_payload(talk, *ask, form, fr_buf_str(&script));
	} else {
		take_payload(talk, *ask, form, answer->body);
	}
	fr_buf_fini(&script);
}

void talk_take_frame(struct talk *talk, struct talk_conn *conn, const struct ws_frame *frame)
{
	struct talk_ask *stream = &conn->opened;
	struct fr_buf scratch = FR_BUF_INIT;
	struct eio_packet packet;
	bool old;

	if (talk->full || frame->opcode >= WS_CLOSE)
		return;
	if (stream->session >= 0)
		stream->revision = talk->sessions[stream->session].revision;
	old = stream->revision == 3;
	if (frame->opcode == WS_BINARY)
		FUZZ_CHECK(
			(old ? eio_packet_binary3 : eio_packet_binary4)(frame->payload, &packet));
	else
		FUZZ_CHECK(eio_packet_decode(frame->payload,
					     old ? FR_STR(EIO_BASE64_3) : FR_STR(EIO_BASE64_4),
					     &scratch, &packet) == 0);
	take_packet(talk, stream, &packet);
	fr_buf_fini(&scratch);
}

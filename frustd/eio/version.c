/* Owns the heartbeats of both revisions and the table that tells the two apart. */
#include "eio/version.h"

#include "eio/internal.h"

/* Bytes that a ping may bring, which are told back. Clients say "probe" there. */
#define PING_MAX 1024

/* --- 4: the server pings --- */

static uint32_t ping_timeout4(const struct eio_server *server)
{
	return server->options.ping_timeout ? server->options.ping_timeout : 20000;
}

static void start4(struct eio_session *session)
{
	net_due_arm(&session->due, &session->server->ping);
}

static bool recv_ping4(struct eio_session *session, struct fr_str data)
{
	(void)session;
	(void)data;
	return false;
}

static bool recv_pong4(struct eio_session *session)
{
	net_due_arm(&session->due, &session->server->ping);
	return true;
}

void eio_ping_due(struct net_due *due, void *server)
{
	struct eio_session *session = FR_CONTAINER_OF(due, struct eio_session, due);
	const struct fr_str ping = FR_STR("2");

	(void)server;
	/* The answer's time runs from when the ping was due, wherever it waits. Without memory for
	 * it none will come. */
	net_due_arm_from(due, &session->server->pong, due->at);
	if (eio_session_queue(session, WS_TEXT, &ping, 1) < 0)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
}

/* --- 3: the client pings --- */

static uint32_t ping_timeout3(const struct eio_server *server)
{
	return server->options.ping_timeout ? server->options.ping_timeout : 60000;
}

static void start3(struct eio_session *session)
{
	net_due_arm(&session->due, &session->server->silence);
}

static bool recv_ping3(struct eio_session *session, struct fr_str data)
{
	const struct fr_str pong[] = {FR_STR("3"), data};

	if (data.len > PING_MAX)
		return false;
	net_due_arm(&session->due, &session->server->silence);
	if (eio_session_queue(session, WS_TEXT, pong, 2) < 0)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
	return true;
}

static bool recv_pong3(struct eio_session *session)
{
	(void)session;
	return false;
}

/* --- both --- */

void eio_heartbeat_missed(struct net_due *due, void *server)
{
	(void)server;
	eio_session_end(FR_CONTAINER_OF(due, struct eio_session, due), EIO_TIMEOUT);
}

const struct eio_version eio_version_3 = {
	.revision = 3,
	.ping_timeout = ping_timeout3,
	.text = EIO_FORM_3,
	.binary = EIO_FORM_3_BINARY,
	.binary_packet = eio_packet_binary3,
	.binary_head = FR_STR_INIT("\x04"),
	.base64_mark = FR_STR_INIT(EIO_BASE64_3),
	.start = start3,
	.recv_ping = recv_ping3,
	.recv_pong = recv_pong3,
};

const struct eio_version eio_version_4 = {
	.revision = 4,
	.tells_max_payload = true,
	.ping_timeout = ping_timeout4,
	.text = EIO_FORM_4,
	.binary = EIO_FORM_4,
	.binary_packet = eio_packet_binary4,
	.binary_head = FR_STR_INIT(""),
	.base64_mark = FR_STR_INIT(EIO_BASE64_4),
	.start = start4,
	.recv_ping = recv_ping4,
	.recv_pong = recv_pong4,
};

const struct eio_version *eio_version_find(struct fr_str revision)
{
	if (fr_str_eq(revision, FR_STR("4")))
		return &eio_version_4;
	if (fr_str_eq(revision, FR_STR("3")))
		return &eio_version_3;
	return NULL;
}

/*
 * A Socket.IO server (protocol revisions 4 and 5, over Engine.IO 3 and 4): clients, namespaces,
 * events, acknowledgements. Knows nothing of what the events mean.
 */
#ifndef SIO_SERVER_H
#define SIO_SERVER_H

#include "base/json.h"
#include "eio/server.h"

struct sio_socket; /* one client in one namespace; valid from on_connect until on_disconnect returns
		    */

/*
 *     PENDING ──accept──→ CONNECTED ──leaves──→ LEAVING ──on_disconnect──→ GONE
 *        └──refused, or the client left────────────────────────────────────↗
 */
enum FR_BYTE sio_socket_state { SIO_PENDING, SIO_CONNECTED, SIO_LEAVING, SIO_GONE };

/* Which clients get what they need to resume after a drop ("connection state recovery"). */
enum sio_recovery {
	SIO_RECOVERY_OFF,
	SIO_RECOVERY_ASK, /* those with recovery=1 in their connection's query */
	SIO_RECOVERY_ALL, /* all of revision 5 */
};

struct sio_options {
	enum sio_recovery recovery;
	uint32_t connect_timeout; /* ms from the session's start to its first CONNECT, 45000 */
	uint32_t attachments_max; /* of one packet, 10 */
	size_t incoming_max;      /* bytes of all packets that wait for attachments, 64 MiB */
	size_t packet_max;        /* bytes of a packet with its attachments, 1000000 */
	uint16_t namespaces_max;  /* that one client may be in, 16 */
	struct fr_json_limits json;
	/* For the trace: a socket has moved. May be NULL. */
	void (*trace)(void *ctx, const struct sio_socket *socket, enum sio_socket_state from,
		      enum sio_socket_state to);
	void *trace_ctx;
};
struct sio_options sio_options_default(void);

/* What has happened since the start, for whoever shows it. */
struct sio_counters {
	uint64_t connects;           /* accepted */
	uint64_t connects_unknown;   /* refused: there is no such namespace */
	uint64_t connects_too_many;  /* refused: namespaces_max */
	uint64_t connects_timed_out; /* sessions closed: in no namespace for connect_timeout */
	/* Sessions closed by a packet: */
	uint64_t packets_malformed;            /* it is not the protocol's */
	uint64_t packets_too_many_attachments; /* attachments_max */
	uint64_t packets_no_room;              /* incoming_max */
	uint64_t packets_too_large;            /* packet_max */
};

struct sio_server;
struct sio_namespace;

/*
 * Binary data beside an event or an ack, in whose arguments {"_placeholder":true,"num":i} stands
 * where data[i] belongs. Zeroed: none.
 */
struct sio_binary {
	const struct fr_str *data;
	uint32_t count;
};

/* An event as it came in; all views are borrowed for the call. */
struct sio_event {
	struct fr_str name;         /* unescaped */
	const struct fr_json *json; /* the packet's array: [name, arg, …] */
	uint32_t args;              /* how many arguments */
	bool wants_ack;
	uint64_t ack; /* for sio_socket_ack */
	struct sio_binary binary;
};
/* The i-th argument's token in event->json (i < args), or FR_JSON_NONE. */
uint32_t sio_event_arg(const struct sio_event *event, uint32_t i);

struct sio_handler {
	/*
	 * A client asks for the namespace. Answer with sio_socket_accept or sio_socket_refuse, now
	 * or later; until then its events wait. Whoever answers later keeps the id, not the socket
	 * (sio_namespace_find): the client may leave meanwhile, and nobody is told of a socket that
	 * was never accepted. auth: the value that came with the connect, or FR_JSON_NONE; borrowed
	 * for the call.
	 */
	void (*on_connect)(void *ctx, struct sio_socket *socket, const struct fr_json *json,
			   uint32_t auth);
	/* Never a reserved name (connect, connect_error, disconnect, disconnecting, error,
	 * newListener, removeListener): those are dropped, with an error ack if one was asked for.
	 */
	void (*on_event)(void *ctx, struct sio_socket *socket, const struct sio_event *event);
	/* Once for each accepted socket; the socket is freed after it. */
	void (*on_disconnect)(void *ctx, struct sio_socket *socket, enum eio_reason reason);
};

/* timers outlive the server. NULL: no memory. eio's handler is the server itself. */
struct sio_server *sio_server_new(struct net_timers *timers, const struct sio_options *options,
				  const struct eio_options *eio) FR_MUST_CHECK;
void sio_server_free(struct sio_server *server);
/* Lives as long as the server. */
const struct sio_counters *sio_server_counters(const struct sio_server *server);
/* The Engine.IO server below, for mounting, flushing and closing. */
struct eio_server *sio_server_eio(struct sio_server *server);
/* Adds a namespace ("/", "/custom"); name is copied. NULL: no memory. */
struct sio_namespace *sio_server_namespace(struct sio_server *server, struct fr_str name,
					   const struct sio_handler *handler,
					   void *ctx) FR_MUST_CHECK;

/*
 * Sends [event, args…] to every socket that follows. event is a plain name (no escaping is done),
 * args the JSON of the arguments joined by commas, or empty. 0 or -ENOMEM. With binary data, each
 * of them gets a copy of its own.
 */
int sio_namespace_emit(struct sio_namespace *nsp, struct fr_str event,
		       struct fr_str args) FR_MUST_CHECK;
/*
 * The same, and sockets that can resume get the offset as one more argument: a string (plain, no
 * escaping is done) that they bring along when they come back. Absent: none.
 */
int sio_namespace_emit_at(struct sio_namespace *nsp, struct fr_str event, struct fr_str args,
			  struct fr_str offset) FR_MUST_CHECK;
/* The same, without offset, of what is in no haste: under load it may reach others a moment later
 * than what a socket gets for itself, but always in order with all other broadcasts. */
int sio_namespace_emit_later(struct sio_namespace *nsp, struct fr_str event,
			     struct fr_str args) FR_MUST_CHECK;
int sio_namespace_emit_binary(struct sio_namespace *nsp, struct fr_str event, struct fr_str args,
			      struct sio_binary binary) FR_MUST_CHECK;
/* Ends every socket of the namespace and the sessions that they are of, as sio_socket_disconnect.
 */
void sio_namespace_disconnect(struct sio_namespace *nsp);
/* The socket of that id, or NULL when it has left or is about to. */
struct sio_socket *sio_namespace_find(struct sio_namespace *nsp, uint64_t id);
size_t sio_namespace_count(const struct sio_namespace *nsp);

/* Sends the connect reply. The socket counts as connected from here. */
int sio_socket_accept(struct sio_socket *socket) FR_MUST_CHECK;
/*
 * The same for a socket that can resume: pid (plain, no escaping is done) is what it will name
 * itself by in its next connect's auth, beside the last offset. The pid that it named: it resumes.
 */
int sio_socket_accept_as(struct sio_socket *socket, struct fr_str pid) FR_MUST_CHECK;
/*
 * Sends a connect error with the message (plain text) and data (JSON, or absent; revision 4 has
 * room for one of them and takes the data). The socket is gone after it, without on_disconnect.
 */
void sio_socket_refuse(struct sio_socket *socket, struct fr_str message, struct fr_str data);
/* From here on the socket gets what sio_namespace_emit sends. */
int sio_socket_follow(struct sio_socket *socket) FR_MUST_CHECK;
/* To a socket that is not connected (not yet, or no more) nothing is sent, which is no error. */
int sio_socket_emit(struct sio_socket *socket, struct fr_str event,
		    struct fr_str args) FR_MUST_CHECK;
int sio_socket_emit_binary(struct sio_socket *socket, struct fr_str event, struct fr_str args,
			   struct sio_binary binary) FR_MUST_CHECK;
/* Answers an event's ack: args as above. */
int sio_socket_ack(struct sio_socket *socket, uint64_t ack, struct fr_str args) FR_MUST_CHECK;
int sio_socket_ack_binary(struct sio_socket *socket, uint64_t ack, struct fr_str args,
			  struct sio_binary binary) FR_MUST_CHECK;
/* Leaves the namespace with a disconnect packet; close: ends the whole session. on_disconnect
 * follows later, from the loop; until then the socket is valid, but sends and gets nothing. */
void sio_socket_disconnect(struct sio_socket *socket, bool close);

enum sio_outcome {
	SIO_ANSWERED,
	SIO_TIMED_OUT,
	SIO_DISCONNECTED, /* the socket left first; its on_disconnect follows */
};

/* What became of a question; all views are borrowed for the call. */
struct sio_answer {
	enum sio_outcome outcome;
	const struct fr_json *json; /* answered: the array of the arguments; else NULL */
	struct sio_binary binary;
};

/* An event that the client is to acknowledge. */
struct sio_question {
	struct fr_str event, args;
	struct sio_binary binary;
	uint32_t timeout; /* ms */
	void (*on_answer)(void *ctx, struct sio_socket *socket, const struct sio_answer *answer);
	void *ctx;
};
/*
 * Emits the question, whose on_answer is then called exactly once, from the loop. 0 or -ENOMEM;
 * -ENOTCONN when the socket is not connected (not yet, or no more): on_answer is never called then.
 */
int sio_socket_ask(struct sio_socket *socket, const struct sio_question *question) FR_MUST_CHECK;

/* Whether it can resume after a drop: give it a pid, and its events offsets. */
bool sio_socket_recoverable(const struct sio_socket *socket);
/* In on_disconnect: the client left by a disconnect packet and did not just drop. */
bool sio_socket_said_goodbye(const struct sio_socket *socket);
/* Never 0, never used again while the server lives. */
uint64_t sio_socket_id(const struct sio_socket *socket);
const struct net_address *sio_socket_peer(const struct sio_socket *socket);
/* The session's id, of 20 characters, NUL-terminated. */
const char *sio_socket_sid(const struct sio_socket *socket);
void sio_socket_set_user(struct sio_socket *socket, void *user);
void *sio_socket_user(const struct sio_socket *socket);

#endif

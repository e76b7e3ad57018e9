#include "app/outpost.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "app/json.h"
#include "app/live.h"
#include "app/message.h"
#include "app/relay.h"

struct outpost {
	struct outpost_options options;
	struct fr_buf out; /* this turn's messages to the hub */
	uint32_t pending;  /* records among them */
	uint32_t sent;     /* records that went before; counts round */
	/* Of those, the ones that the hub has read: written on its loop. */
	_Atomic uint32_t read;
	bool closed;
};

/* Messages, in either direction. */
struct bundle {
	struct net_letter letter;
	struct outpost *outpost;
	struct net_chunk *messages;
};

struct answer {
	struct net_letter letter;
	struct outpost *outpost;
	struct api_question question;
	uint64_t version;
	struct net_chunk *body; /* NULL: there is none */
};

/* --- from the hub --- */

static bool is_mine(const struct outpost *outpost, const struct message *message)
{
	return live_loop_of(message->client) == outpost->options.loop;
}

static void tell(const struct deliver *live, const struct message *message)
{
	const struct news news = {
		.kind = (enum news_kind)message->what,
		.json = message->texts[0],
		.offset = message->texts[1],
	};

	switch (message->kind) {
	case MESSAGE_SEND:
		live->send(live->ctx, message->client, &news);
		break;
	case MESSAGE_ACK:
		live->ack(live->ctx, message->client, message->number,
			  &(struct outcome){message->refusal, message->flag, message->id,
					    message->timestamp});
		break;
	case MESSAGE_WELCOME:
		live->welcome(live->ctx, message->client, message->texts[0]);
		break;
	case MESSAGE_FOLLOW:
		live->follow(live->ctx, message->client);
		break;
	case MESSAGE_DROP:
		live->drop(live->ctx, message->client);
		break;
	default:
		assert(false); /* what is for all, or for the hub */
	}
}

static void take(struct outpost *outpost, const struct message *message)
{
	const struct deliver *live = &outpost->options.live;

	if (message->kind == MESSAGE_PUBLISH)
		live->publish(live->ctx, &(struct news){.kind = (enum news_kind)message->what,
							.json = message->texts[0],
							.offset = message->texts[1]});
	else if (message->kind == MESSAGE_TORN)
		outpost->options.lost(outpost->options.ctx);
	else if (is_mine(outpost, message))
		tell(live, message);
}

static void read_bundle(struct net_letter *letter, void *ctx)
{
	struct bundle *bundle = FR_CONTAINER_OF(letter, struct bundle, letter);
	struct fr_str rest = net_chunk_str(bundle->messages);
	struct message message;

	while (ctx && !bundle->outpost->closed && message_next(&rest, &message))
		take(bundle->outpost, &message);
	net_chunk_unref(bundle->messages);
	free(bundle);
}

static void read_answer(struct net_letter *letter, void *ctx)
{
	struct answer *answer = FR_CONTAINER_OF(letter, struct answer, letter);
	const struct outpost_options *options = &answer->outpost->options;

	if (ctx)
		options->answer(options->ctx, &answer->question, answer->version, answer->body);
	else
		net_chunk_unref(answer->body);
	free(answer);
}

/* --- on the hub's loop --- */

static int send_bundle(struct outpost *outpost, struct net_mailbox *to,
		       void (*read)(struct net_letter *letter, void *ctx),
		       struct net_chunk *messages)
{
	struct bundle *bundle = malloc(sizeof(*bundle));

	if (!bundle)
		return -ENOMEM;
	*bundle = (struct bundle){{.read = read}, outpost, net_chunk_ref(messages)};
	net_mailbox_send(to, &bundle->letter);
	return 0;
}

int outpost_send(struct outpost *outpost, struct net_chunk *messages)
{
	return send_bundle(outpost, outpost->options.own, read_bundle, messages);
}

int outpost_send_body(struct outpost *outpost, const struct api_question *question,
		      uint64_t version, struct net_chunk *body)
{
	struct answer *answer = malloc(sizeof(*answer));

	if (!answer)
		return -ENOMEM;
	*answer = (struct answer){{.read = read_answer},
				  outpost,
				  *question,
				  version,
				  body ? net_chunk_ref(body) : NULL};
	net_mailbox_send(outpost->options.own, &answer->letter);
	return 0;
}

void outpost_has_read(struct outpost *outpost, uint32_t records)
{
	atomic_fetch_add_explicit(&outpost->read, records, memory_order_release);
}

static void hand_to_hub(struct net_letter *letter, void *ctx)
{
	struct bundle *bundle = FR_CONTAINER_OF(letter, struct bundle, letter);
	const struct outpost_options *options = &bundle->outpost->options;

	if (ctx)
		relay_recv(options->relay, options->loop, net_chunk_str(bundle->messages));
	net_chunk_unref(bundle->messages);
	free(bundle);
}

/* --- to the hub --- */

static void on_join(void *ctx, uint64_t client, const struct join *join)
{
	struct outpost *outpost = ctx;

	message_add(&outpost->out, &(struct message){.kind = MESSAGE_JOIN,
						     .client = client,
						     .flag = join->recoverable,
						     .from = join->from,
						     .texts = {join->pid, join->offset}});
}

static void on_leave(void *ctx, uint64_t client, bool goodbye)
{
	struct outpost *outpost = ctx;

	message_add(&outpost->out,
		    &(struct message){.kind = MESSAGE_LEAVE, .client = client, .flag = goodbye});
}

static void on_auth(void *ctx, uint64_t client, struct fr_str name, struct ack ack)
{
	struct outpost *outpost = ctx;

	message_add(&outpost->out, &(struct message){.kind = MESSAGE_AUTH,
						     .client = client,
						     .wants_ack = ack.wanted,
						     .number = ack.id,
						     .texts = {name}});
}

static void on_refuse(void *ctx, uint64_t client, int refusal, struct ack ack)
{
	struct outpost *outpost = ctx;

	message_add(&outpost->out, &(struct message){.kind = MESSAGE_REFUSE,
						     .client = client,
						     .refusal = refusal,
						     .wants_ack = ack.wanted,
						     .number = ack.id});
}

/* Records that the hub has not read yet. */
static uint32_t unread(const struct outpost *outpost)
{
	return outpost->sent + outpost->pending -
	       atomic_load_explicit(&outpost->read, memory_order_acquire);
}

static void on_record(void *ctx, uint64_t client, struct frust_record *record, struct ack ack)
{
	struct outpost *outpost = ctx;

	if (unread(outpost) >= outpost->options.records_max) {
		on_refuse(outpost, client, TEXT_REFUSED_BUSY, ack);
		return;
	}
	outpost->pending++;
	message_add(&outpost->out,
		    &(struct message){
			    .kind = MESSAGE_RECORD,
			    .client = client,
			    .what = (uint8_t)record->kind,
			    .wants_ack = ack.wanted,
			    .number = ack.id,
			    .asked_at = ack.asked_at,
			    .texts = {str_of_frust(record->user), str_of_frust(record->comment),
				      str_of_frust(record->style), str_of_frust(record->name)}});
}

struct input outpost_input(struct outpost *outpost)
{
	return (struct input){on_join, on_leave, on_auth, on_record, on_refuse, outpost};
}

void outpost_ask(void *ctx, const struct api_question *question)
{
	struct outpost *outpost = ctx;

	message_add(&outpost->out, &(struct message){.kind = MESSAGE_QUESTION,
						     .what = (uint8_t)question->route,
						     .limit = question->limit,
						     .number = question->number});
}

/* Sends the buffer. 0 or -ENOMEM. */
static int send_out(struct outpost *outpost)
{
	struct net_chunk *messages = NULL;
	int r = fr_buf_error(&outpost->out);

	if (r == 0) {
		messages = net_chunk_of(outpost->out.at, outpost->out.len);
		r = messages ? send_bundle(outpost, outpost->options.home, hand_to_hub, messages)
			     : -ENOMEM;
	}
	net_chunk_unref(messages);
	return r;
}

void outpost_flush(struct outpost *outpost)
{
	const struct message torn = {.kind = MESSAGE_TORN};

	if (outpost->out.len == 0 && fr_buf_error(&outpost->out) == 0)
		return;
	if (send_out(outpost) == 0) {
		outpost->sent += outpost->pending;
		fr_buf_clear(&outpost->out);
	} else {
		/* Nobody's stream may have a hole: it is said, and all begins anew. */
		outpost->options.lost(outpost->options.ctx);
		fr_buf_clear(&outpost->out);
		message_add(&outpost->out, &torn);
	}
	outpost->pending = 0;
}

void outpost_close(struct outpost *outpost)
{
	outpost->closed = true;
}

/* --- lifetime --- */

struct outpost *outpost_new(const struct outpost_options *options)
{
	struct outpost *outpost = calloc(1, sizeof(*outpost));

	if (outpost)
		outpost->options = *options;
	return outpost;
}

void outpost_free(struct outpost *outpost)
{
	if (!outpost)
		return;
	fr_buf_fini(&outpost->out);
	free(outpost);
}

#include "app/relay.h"

#include <assert.h>
#include <stdlib.h>

#include "app/json.h"
#include "app/live.h"
#include "app/message.h"

struct relay {
	struct relay_options options;
	struct outpost *outposts[LIVE_LOOPS_MAX]; /* [0]: none */
	struct fr_buf out;                        /* this turn's messages, for all of them */
	struct net_chunk *torn_note;              /* a bundle of MESSAGE_TORN */
	uint64_t torn;                            /* a bit for each loop that must get it */
};

/* --- to the loops --- */

static void on_publish(void *ctx, const struct news *news)
{
	struct relay *relay = ctx;

	/* Here alone it is measured how long it was under way: once for each. */
	relay->options.home.publish(relay->options.home.ctx, news);
	message_add(&relay->out, &(struct message){.kind = MESSAGE_PUBLISH,
						   .what = (uint8_t)news->kind,
						   .texts = {news->json, news->offset}});
}

static void on_send(void *ctx, uint64_t client, const struct news *news)
{
	struct relay *relay = ctx;

	if (live_loop_of(client) == 0)
		relay->options.home.send(relay->options.home.ctx, client, news);
	else
		message_add(&relay->out, &(struct message){.kind = MESSAGE_SEND,
							   .client = client,
							   .what = (uint8_t)news->kind,
							   .texts = {news->json, news->offset}});
}

static void on_ack(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome)
{
	struct relay *relay = ctx;

	if (live_loop_of(client) == 0)
		relay->options.home.ack(relay->options.home.ctx, client, ack, outcome);
	else
		message_add(&relay->out, &(struct message){.kind = MESSAGE_ACK,
							   .client = client,
							   .number = ack,
							   .refusal = outcome->refusal,
							   .flag = outcome->record,
							   .id = outcome->id,
							   .timestamp = outcome->timestamp});
}

static void on_welcome(void *ctx, uint64_t client, struct fr_str pid)
{
	struct relay *relay = ctx;

	if (live_loop_of(client) == 0)
		relay->options.home.welcome(relay->options.home.ctx, client, pid);
	else
		message_add(&relay->out, &(struct message){.kind = MESSAGE_WELCOME,
							   .client = client,
							   .texts = {pid}});
}

static void on_follow(void *ctx, uint64_t client)
{
	struct relay *relay = ctx;

	if (live_loop_of(client) == 0)
		relay->options.home.follow(relay->options.home.ctx, client);
	else
		message_add(&relay->out,
			    &(struct message){.kind = MESSAGE_FOLLOW, .client = client});
}

static void on_drop(void *ctx, uint64_t client)
{
	struct relay *relay = ctx;

	if (live_loop_of(client) == 0)
		relay->options.home.drop(relay->options.home.ctx, client);
	else
		message_add(&relay->out, &(struct message){.kind = MESSAGE_DROP, .client = client});
}

struct deliver relay_deliver(struct relay *relay)
{
	return (struct deliver){on_publish, on_send, on_ack, on_welcome, on_follow, on_drop, relay};
}

/* Those of the messages that this turn has gathered; NULL: none, or there was no memory for them,
 * of which all loops are then to be told. */
static struct net_chunk *take_out(struct relay *relay)
{
	struct net_chunk *messages = NULL;

	if (relay->out.len)
		messages = net_chunk_of(relay->out.at, relay->out.len);
	if (fr_buf_error(&relay->out) < 0 || (relay->out.len && !messages))
		relay->torn = UINT64_MAX;
	fr_buf_clear(&relay->out);
	return messages;
}

void relay_flush(struct relay *relay)
{
	struct net_chunk *messages = take_out(relay);

	for (uint32_t loop = 1; loop < relay->options.loops; loop++) {
		const uint64_t bit = UINT64_C(1) << loop;
		/* A loop that has missed something needs nothing but to know it. */
		struct net_chunk *what = relay->torn & bit ? relay->torn_note : messages;

		if (!what)
			continue;
		if (outpost_send(relay->outposts[loop], what) < 0)
			relay->torn |= bit;
		else if (what == relay->torn_note)
			relay->torn &= ~bit;
	}
	net_chunk_unref(messages);
}

/* --- from the loops --- */

static void take_record(struct relay *relay, const struct message *message, struct ack ack)
{
	const struct input *hub = &relay->options.hub;
	struct frust_record record = {
		.kind = (enum frust_kind)message->what,
		.user = frust_of_str(message->texts[0]),
		.comment = frust_of_str(message->texts[1]),
		.style = frust_of_str(message->texts[2]),
		.name = frust_of_str(message->texts[3]),
	};

	outpost_has_read(relay->outposts[live_loop_of(message->client)], 1);
	hub->record(hub->ctx, message->client, &record, ack);
}

static void take_question(struct relay *relay, uint32_t loop, const struct message *message)
{
	const struct api_question question = {message->what, message->limit, message->number};
	uint64_t version = 0;
	struct net_chunk *body = relay->options.body(relay->options.ctx, &question, &version);

	if (outpost_send_body(relay->outposts[loop], &question, version, body) < 0)
		relay->torn |= UINT64_C(1) << loop;
}

static void take(struct relay *relay, uint32_t loop, const struct message *message)
{
	const struct input *hub = &relay->options.hub;
	struct ack ack = {message->wants_ack, message->number, message->asked_at};

	switch (message->kind) {
	case MESSAGE_JOIN:
		hub->join(hub->ctx, message->client,
			  &(struct join){message->flag, message->texts[0], message->texts[1],
					 message->from});
		break;
	case MESSAGE_LEAVE:
		hub->leave(hub->ctx, message->client, message->flag);
		break;
	case MESSAGE_AUTH:
		hub->auth(hub->ctx, message->client, message->texts[0], ack);
		break;
	case MESSAGE_RECORD:
		take_record(relay, message, ack);
		break;
	case MESSAGE_REFUSE:
		hub->refuse(hub->ctx, message->client, message->refusal, ack);
		break;
	case MESSAGE_QUESTION:
		take_question(relay, loop, message);
		break;
	case MESSAGE_TORN:
		relay->options.lost(relay->options.ctx, loop);
		break;
	default:
		assert(false); /* what only the hub says */
	}
}

void relay_recv(struct relay *relay, uint32_t loop, struct fr_str messages)
{
	struct message message;

	while (message_next(&messages, &message))
		take(relay, loop, &message);
}

/* --- lifetime --- */

struct relay *relay_new(const struct relay_options *options)
{
	struct relay *relay = calloc(1, sizeof(*relay));
	const struct message torn = {.kind = MESSAGE_TORN};

	if (!relay)
		return NULL;
	relay->options = *options;
	relay->torn_note = net_chunk_of(&torn, sizeof(torn));
	if (!relay->torn_note) {
		relay_free(relay);
		return NULL;
	}
	return relay;
}

void relay_free(struct relay *relay)
{
	if (!relay)
		return;
	fr_buf_fini(&relay->out);
	net_chunk_unref(relay->torn_note);
	free(relay);
}

void relay_connect(struct relay *relay, struct input hub)
{
	relay->options.hub = hub;
}

void relay_attach(struct relay *relay, uint32_t loop, struct outpost *outpost)
{
	assert(loop > 0 && loop < relay->options.loops);
	relay->outposts[loop] = outpost;
}

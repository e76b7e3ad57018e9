/* Playing what settled, in its order: the only code that changes counters, feeds and names. */
#include "app/hub_internal.h"

#include <stdlib.h>

#include "app/json.h"

#define FIRST_MILESTONE 50
#define MILESTONE 100
#define OWED_MS 400 /* from a click that was left out to the stats that count it (rule R14) */

/* --- telling --- */

static void publish(struct hub *hub, enum news_kind kind, struct fr_str json)
{
	const struct news news = {.kind = kind, .json = json};

	hub->options.deliver.publish(hub->options.deliver.ctx, &news);
}

void hub_publish_text(struct hub *hub)
{
	fr_buf_clear(&hub->json);
	json_add_toast(&hub->json, fr_buf_str(&hub->text));
	if (fr_buf_error(&hub->text) == 0 && fr_buf_error(&hub->json) == 0)
		publish(hub, NEWS_MESSAGE, fr_buf_str(&hub->json));
}

void hub_stats_news(struct hub *hub, struct news *news)
{
	fr_buf_clear(&hub->json);
	json_add_stats(&hub->json, &hub->state->stats);
	*news = (struct news){.kind = NEWS_STATS, .json = fr_buf_str(&hub->json)};
}

void hub_publish_stats(struct hub *hub)
{
	struct news news;

	net_timer_stop(&hub->owed);
	hub_stats_news(hub, &news);
	if (fr_buf_error(&hub->json) == 0)
		hub->options.deliver.publish(hub->options.deliver.ctx, &news);
}

void hub_publish_status(struct hub *hub)
{
	fr_buf_clear(&hub->json);
	fr_buf_add_str(&hub->json, FR_STR("{\"user_count\":"));
	fr_buf_add_u64(&hub->json, presence_count(&hub->presence));
	fr_buf_add_char(&hub->json, '}');
	if (fr_buf_error(&hub->json) == 0)
		publish(hub, NEWS_STATUS, fr_buf_str(&hub->json));
	hub_publish_stats(hub);
}

/* Acks leave after the broadcasts of the same poll, in order (rule R8). */
static void queue_ack(struct hub *hub, const struct ticket *ticket, const struct outcome *outcome)
{
	const struct pending_ack ack = {ticket->client, ticket->ack.id, *outcome};
	struct pending_ack *acks;

	if (!ticket->ack.wanted)
		return;
	if (hub->ack_count == hub->ack_size) {
		acks = realloc(hub->acks, (hub->ack_size * 2 + 64) * sizeof(*acks));
		if (!acks) {
			/* Out of memory: better out of order than never. */
			hub->options.deliver.ack(hub->options.deliver.ctx, ack.client, ack.ack,
						 outcome);
			return;
		}
		hub->acks = acks;
		hub->ack_size = hub->ack_size * 2 + 64;
	}
	hub->acks[hub->ack_count++] = ack;
}

static void send_acks(struct hub *hub)
{
	for (size_t i = 0; i < hub->ack_count; i++)
		hub->options.deliver.ack(hub->options.deliver.ctx, hub->acks[i].client,
					 hub->acks[i].ack, &hub->acks[i].outcome);
	hub->ack_count = 0;
}

/* --- the store's health --- */

static void notice(struct hub *hub, enum hub_notice what, const struct frust_error *error)
{
	if (hub->options.notice)
		hub->options.notice(hub->options.ctx, what, error);
}

static void store_failed(struct hub *hub, const struct frust_error *error)
{
	if (!hub->failing)
		notice(hub, HUB_FAILING, error);
	hub->failing = true;
	memcpy(hub->failure, error->text, sizeof(hub->failure));
}

static void store_works(struct hub *hub)
{
	if (hub->failing)
		notice(hub, HUB_READY, NULL);
	hub->failing = false;
}

/* --- names and records --- */

void hub_play_name(struct hub *hub, struct client *client, struct fr_str name)
{
	if (fr_str_eq(client->name, name))
		return;
	fr_buf_clear(&hub->text);
	if (client->name.at)
		text_renamed(&hub->text, hub->options.lang, client->name, name);
	else
		text_joined(&hub->text, hub->options.lang, name);
	if (presence_rename(client, name) < 0)
		return;
	board_change(&hub->board.presence);
	hub_publish_text(hub);
}

static void play_session_count(struct hub *hub, struct client *client,
			       const struct frust_record *record)
{
	board_change(&hub->board.presence);
	if (record->kind == FRUST_EVENT) {
		client->events++;
		return;
	}
	client->clicks++;
	if (client->clicks == FIRST_MILESTONE || client->clicks % MILESTONE == 0) {
		fr_buf_clear(&hub->text);
		text_milestone(&hub->text, hub->options.lang, client->name, client->clicks);
		hub_publish_text(hub);
	}
}

/* A click that is left out of the sample changes what people see by the next stats alone. */
static void leave_out(struct hub *hub, const struct frust_record *record)
{
	hub->counters.unshown++;
	recent_skip(&hub->recent, record);
	if (!net_timer_running(&hub->owed))
		net_timer_start(&hub->owed, OWED_MS);
}

/* Stored records are kept for those who resume; unsaved events are not (rule R15). */
static void publish_record(struct hub *hub, const struct frust_record *record, struct fr_str json,
			   uint64_t asked_at)
{
	bool event = record->kind == FRUST_EVENT;
	struct news news = {.kind = event ? NEWS_EVENT : NEWS_CLICK,
			    .record = record,
			    .json = json,
			    .asked_at = asked_at};
	char offset[RECENT_OFFSET];

	if (!event && !sample_take(&hub->sample, hub->options.timers->now)) {
		leave_out(hub, record);
		return;
	}
	if (hub->recent.items && record->id) {
		recent_add(&hub->recent, record, json, clock_ms(&hub->options.clock));
		recent_offset_text(&hub->recent.last, offset);
		news.offset = fr_str_of(offset);
	}
	hub->options.deliver.publish(hub->options.deliver.ctx, &news);
}

static void play_stored(struct hub *hub, struct client *client, const struct frust_record *record,
			uint64_t asked_at)
{
	bool event = record->kind == FRUST_EVENT;
	struct fr_str json;

	if (client) {
		hub_play_name(hub, client, str_of_frust(record->user));
		play_session_count(hub, client, record);
	}
	if (event && !frust_event_unsaved(record->name)) {
		fr_buf_clear(&hub->text);
		text_triggered(&hub->text, str_of_frust(record->user), str_of_frust(record->name));
		hub_publish_text(hub);
	}
	board_change(&hub->board.state);
	if (state_add(hub->state, record, &json) < 0) {
		/* No memory to keep it: the next load puts that right, and it is shown all the
		 * same. */
		hub->reload = true;
		fr_buf_clear(&hub->json);
		json_add_record(&hub->json, record);
		json = fr_buf_str(&hub->json);
		if (fr_buf_error(&hub->json) < 0)
			return;
	}
	publish_record(hub, record, json, asked_at);
}

static void play_record(struct hub *hub, struct ticket *ticket, const struct frust_settled *settled)
{
	struct client *client = presence_find(&hub->presence, ticket->client);
	const struct frust_record *record = settled->record;
	int refusal = TEXT_REFUSED_STORE;

	if (client)
		client->pending--;
	if (settled->status == 0) {
		store_works(hub);
		(*(record->kind == FRUST_CLICK ? &hub->counters.clicks : &hub->counters.events))++;
		play_stored(hub, client, record, ticket->ack.asked_at);
		if (client)
			queue_ack(hub, ticket,
				  &(struct outcome){0, true, record->id, record->timestamp});
		return;
	}
	if (settled->status == FRUST_ESTOPPED)
		refusal = TEXT_REFUSED_STOPPING;
	else
		store_failed(hub, settled->error);
	hub->counters.refused[refusal]++;
	if (client && ticket->ack.wanted)
		queue_ack(hub, ticket, &(struct outcome){.refusal = refusal});
	else if (client)
		hub_send_toast(hub, client, refusal);
}

static void play_auth(struct hub *hub, struct ticket *ticket)
{
	struct client *client = presence_find(&hub->presence, ticket->client);

	if (!client)
		return;
	client->pending--;
	hub_play_name(hub, client, ticket->name);
	queue_ack(hub, ticket, &(struct outcome){0});
}

/* --- loads and probes --- */

static void play_load(struct hub *hub, struct ticket *ticket, const struct frust_settled *settled)
{
	struct state *old = hub->state;
	bool first = !old, tell;

	if (settled->status < 0) {
		if (first) {
			notice(hub, HUB_FATAL, settled->error);
			return;
		}
		store_failed(hub, settled->error);
		hub->reload = true;
		return;
	}
	tell = !first && (old->span.since != ticket->state->span.since ||
			  memcmp(&old->stats, &ticket->state->stats, sizeof(old->stats)) != 0);
	hub->state = ticket->state;
	ticket->state = old;
	board_change(&hub->board.state);
	if (first) {
		hub->recent = ticket->recent;
		ticket->recent = (struct recent){0};
		hub->ready = hub->announced = true;
		notice(hub, HUB_READY, NULL);
	}
	if (tell)
		hub_publish_stats(hub);
}

static void play_probe(struct hub *hub, const struct frust_settled *settled)
{
	hub->probing = false;
	if (settled->status == 0)
		store_works(hub);
}

/* Taken in one commit, so nobody else says them; said now, or never. */
static void play_announcements(struct hub *hub, struct ticket *ticket,
			       const struct frust_settled *settled)
{
	struct fr_str rest = fr_buf_str(&ticket->said);

	if (settled->status < 0) {
		hub->announced = true; /* they still wait */
		return;
	}
	while (rest.len) {
		size_t n = fr_str_find(rest, '\n');

		publish(hub, NEWS_MESSAGE, fr_str(rest.at, n));
		rest = fr_str_skip(rest, n + 1);
	}
}

static void play(void *ctx, const struct frust_settled *settled)
{
	struct hub *hub = ctx;
	struct ticket *ticket = (struct ticket *)(uintptr_t)settled->tag;

	if (settled->kind == FRUST_SETTLED_CHANGED) {
		hub->reload = hub->announced = true;
		recent_forget(&hub->recent); /* rows may have gone, and imported ones are no news */
		net_timer_start(&hub->tick, 0);
		return;
	}
	switch (ticket->kind) {
	case TICKET_RECORD:
		play_record(hub, ticket, settled);
		break;
	case TICKET_AUTH:
		play_auth(hub, ticket);
		break;
	case TICKET_LOAD:
		play_load(hub, ticket, settled);
		break;
	case TICKET_PROBE:
		play_probe(hub, settled);
		break;
	case TICKET_SAID:
		play_announcements(hub, ticket, settled);
		break;
	}
	ticket_free(ticket);
}

void hub_settle(struct hub *hub)
{
	frust_writer_poll(hub->writer, play, hub);
	if (hub->stopping && hub_pending(hub) == 0 && net_timer_running(&hub->owed))
		hub_publish_stats(hub); /* there is no later */
	hub_update_board(hub);
	send_acks(hub);
}

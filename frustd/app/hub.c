#include "app/hub.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "app/hub_internal.h"
#include "app/json.h"
#include "base/random.h"

#define TICK_MS 1000  /* how often to look at the clock, and to try a failing store again */
#define TOAST_MS 1000 /* at most one refusal's toast a client in this time */

/* --- the clock --- */

/*
 * The time to stamp a record with. When the hour or the day is another than at the last stamp (the
 * clock may also have been set back), a load goes first, as the mark of the turn (rule R5): it
 * takes hour and today from the rows and cuts the feeds at the day.
 */
static int stamp(struct hub *hub, int64_t *now)
{
	int err;

	*now = clock_now(&hub->options.clock);
	if (*now >= hub->span.since && *now < hub->span.until)
		return 0;
	err = hub_queue_load(hub, *now);
	if (!err)
		hub->span = span_of(hub->options.zone, *now);
	return err;
}

static void on_tick(struct net_timer *timer, void *ctx)
{
	struct hub *hub = ctx;
	int64_t to_turn, now;

	if (hub->stopping)
		return;
	/* A full queue only delays these: the next tick tries again. */
	if (stamp(hub, &now) == 0 && hub->reload && hub_queue_load(hub, now) == 0)
		hub->reload = false;
	if (hub->failing && !hub->probing && hub_queue_probe(hub) == 0)
		hub->probing = true;
	/* Not to an empty room: who announces something means those who are there. */
	if (hub->announced && presence_count(&hub->presence) && hub_queue_announcements(hub) == 0)
		hub->announced = false;
	to_turn = hub->span.until * 1000 - clock_ms(&hub->options.clock);
	net_timer_start(timer, to_turn > 0 && to_turn < TICK_MS ? (uint64_t)to_turn : TICK_MS);
}

/* --- lifetime --- */

static void on_beat(void *ctx)
{
	struct hub *hub = ctx;

	/* At the end all leave, and who is told so first needs not hear of the others. */
	if (!hub->stopping)
		hub_publish_status(hub);
}

static void on_owed(struct net_timer *timer, void *ctx)
{
	(void)timer;
	hub_publish_stats(ctx);
}

struct hub *hub_new(const struct hub_options *options)
{
	struct hub *hub = calloc(1, sizeof(*hub));
	uint64_t random[2];

	if (!hub)
		return NULL;
	hub->options = *options;
	fr_list_init(&hub->tickets);
	hub->rates = limits_new(&options->rates);
	if (!hub->rates || fr_random(random, sizeof(random)) < 0 ||
	    presence_init(&hub->presence) < 0 ||
	    pids_init(&hub->pids, options->timers, (uint64_t)options->recovery_ms) < 0) {
		presence_fini(&hub->presence);
		limits_free(hub->rates);
		free(hub);
		return NULL;
	}
	sample_init(&hub->sample, options->feed_rate, random[0]);
	hub->board.boot = random[1];
	net_timer_init(&hub->owed, options->timers, on_owed, hub);
	pulse_init(&hub->pulse, options->timers, on_beat, hub);
	net_timer_init(&hub->tick, options->timers, on_tick, hub);
	return hub;
}

void hub_free(struct hub *hub)
{
	struct fr_list *link;

	if (!hub)
		return;
	while ((link = fr_list_pop(&hub->tickets)))
		ticket_free(FR_CONTAINER_OF(link, struct ticket, link));
	pulse_fini(&hub->pulse);
	net_timer_stop(&hub->tick);
	net_timer_stop(&hub->owed);
	FR_LIST_EACH(it, &hub->presence.order)
	{
		const struct client *client = FR_CONTAINER_OF(it, struct client, link);

		if (client->pid)
			pids_leave(&hub->pids, client->pid, false);
	}
	pids_fini(&hub->pids);
	presence_fini(&hub->presence);
	limits_free(hub->rates);
	recent_fini(&hub->recent);
	state_free(hub->state);
	fr_buf_fini(&hub->text);
	fr_buf_fini(&hub->json);
	free(hub->acks);
	free(hub);
}

void hub_set_limits(struct hub *hub, const struct hub_options *options)
{
	hub->options.limits = options->limits;
	limits_set_rates(hub->rates, options->rates.client, options->rates.address);
	hub->sample.rate = options->feed_rate;
}

void hub_reload(struct hub *hub)
{
	hub->reload = true;
	net_timer_start(&hub->tick, 0);
}

int hub_start(struct hub *hub, struct frust_writer *writer)
{
	int64_t now;

	hub->writer = writer;
	hub->span = (struct span){0}; /* holds no moment */
	net_timer_start(&hub->tick, TICK_MS);
	return stamp(hub, &now);
}

void hub_stop(struct hub *hub)
{
	hub->stopping = true;
	net_timer_stop(&hub->tick);
	if (hub->writer)
		frust_writer_stop(hub->writer);
	hub_update_board(hub);
}

void hub_flush(struct hub *hub)
{
	if (hub->added)
		frust_writer_flush(hub->writer);
	hub->added = false;
}

size_t hub_pending(const struct hub *hub)
{
	return hub->writer ? frust_writer_pending(hub->writer) : 0;
}

bool hub_ready(const struct hub *hub)
{
	return hub_trouble(hub) == NULL;
}

const char *hub_trouble(const struct hub *hub)
{
	if (hub->stopping)
		return "stopping";
	if (!hub->ready)
		return "starting";
	return hub->failing ? hub->failure : NULL;
}

const char *hub_timezone(const struct hub *hub)
{
	return hub->options.timezone;
}

const struct hub_counters *hub_counters(const struct hub *hub)
{
	return &hub->counters;
}

const struct state *hub_state(const struct hub *hub)
{
	return hub->state;
}

const struct presence *hub_presence(const struct hub *hub)
{
	return &hub->presence;
}

const struct board *hub_board(const struct hub *hub)
{
	return &hub->board;
}

void hub_update_board(struct hub *hub)
{
	atomic_store_explicit(&hub->board.ready, hub_ready(hub), memory_order_release);
	if (hub->state)
		atomic_store_explicit(&hub->board.clicks_today, hub->state->stats.clicks_today,
				      memory_order_release);
}

/* --- input --- */

void hub_send_toast(struct hub *hub, struct client *client, int refusal)
{
	uint64_t now = hub->options.timers->now;

	if (client->toasted_at && now - client->toasted_at < TOAST_MS)
		return;
	client->toasted_at = now ? now : 1;
	fr_buf_clear(&hub->json);
	json_add_toast(&hub->json, fr_str_of(text_refusal(hub->options.lang, refusal)));
	if (fr_buf_error(&hub->json) == 0)
		hub->options.deliver.send(
			hub->options.deliver.ctx, client->id,
			&(struct news){.kind = NEWS_MESSAGE, .json = fr_buf_str(&hub->json)});
}

void hub_refuse(struct hub *hub, uint64_t client, int refusal, struct ack ack)
{
	struct client *found = presence_find(&hub->presence, client);

	if (!found)
		return;
	assert(refusal > 0 && refusal < TEXT_REFUSED_END);
	hub->counters.refused[refusal]++;
	if (ack.wanted)
		hub->options.deliver.ack(hub->options.deliver.ctx, client, ack.id,
					 &(struct outcome){.refusal = refusal});
	else
		hub_send_toast(hub, found, refusal);
}

static int refusal_of(int err)
{
	return err == FRUST_ESTOPPED ? TEXT_REFUSED_STOPPING : TEXT_REFUSED_BUSY;
}

/* What is well formed may still come too fast, or under a name that is not to be used. */
static int judge(struct hub *hub, struct client *client, struct frust_str name)
{
	if (bans_hit(&hub->state->bans, name))
		return TEXT_REFUSED_BANNED;
	switch (limits_take(hub->rates, &client->bucket, client->place, hub->options.timers->now)) {
	case LIMITS_CLIENT:
		return TEXT_REFUSED_FAST;
	case LIMITS_ADDRESS:
		return TEXT_REFUSED_CROWD;
	case LIMITS_FINE:
		break;
	}
	return 0;
}

void hub_auth(struct hub *hub, uint64_t id, struct fr_str name, struct ack ack)
{
	struct client *client = presence_find(&hub->presence, id);
	struct frust_str clean = frust_of_str(name);
	struct ticket *ticket;
	int refusal = frust_user_clean(&clean, &hub->options.limits);

	if (!client)
		return;
	if (!refusal)
		refusal = judge(hub, client, clean);
	if (refusal) {
		hub_refuse(hub, id, refusal, ack);
		return;
	}
	if (client->pending == 0) {
		hub_play_name(hub, client, str_of_frust(clean));
		if (ack.wanted)
			hub->options.deliver.ack(hub->options.deliver.ctx, id, ack.id,
						 &(struct outcome){0});
		return;
	}
	/* Behind this client's own records, so that names change in the order of the input (R7). */
	ticket = ticket_new(hub, TICKET_AUTH, id, ack, str_of_frust(clean));
	refusal = hub_queue(hub, NULL, ticket);
	if (refusal)
		hub_refuse(hub, id, refusal_of(refusal), ack);
	else
		client->pending++;
}

/* Stamps and queues a record that was found clean; 0 or FRUST_E…. */
static int queue_record(struct hub *hub, struct client *client, struct frust_record *record,
			struct ack ack)
{
	struct ticket *ticket;
	int err = stamp(hub, &record->timestamp);

	if (err)
		return err;
	ticket = ticket_new(hub, TICKET_RECORD, client->id, ack, FR_STR_NULL);
	if (!ticket)
		return FRUST_ENOMEM;
	err = frust_writer_add(hub->writer, record, (uintptr_t)ticket);
	if (err) {
		ticket_free(ticket);
		return err;
	}
	client->pending++;
	hub->added = true;
	return 0;
}

void hub_record(struct hub *hub, uint64_t id, struct frust_record *record, struct ack ack)
{
	struct client *client = presence_find(&hub->presence, id);
	int refusal = frust_record_clean(record, &hub->options.limits);
	int err;

	if (!client)
		return;
	if (!refusal && hub->stopping)
		refusal = TEXT_REFUSED_STOPPING;
	if (!refusal)
		refusal = judge(hub, client, record->user);
	if (!refusal) {
		err = queue_record(hub, client, record, ack);
		if (err)
			refusal = refusal_of(err);
	}
	if (refusal)
		hub_refuse(hub, id, refusal, ack);
}

/* --- the same for those who do not know the hub --- */

static void on_join(void *ctx, uint64_t client, const struct join *join)
{
	hub_join(ctx, client, join);
}

static void on_leave(void *ctx, uint64_t client, bool goodbye)
{
	hub_leave(ctx, client, goodbye);
}

static void on_auth(void *ctx, uint64_t client, struct fr_str name, struct ack ack)
{
	hub_auth(ctx, client, name, ack);
}

static void on_record(void *ctx, uint64_t client, struct frust_record *record, struct ack ack)
{
	hub_record(ctx, client, record, ack);
}

static void on_refuse(void *ctx, uint64_t client, int refusal, struct ack ack)
{
	hub_refuse(ctx, client, refusal, ack);
}

struct input hub_input(struct hub *hub)
{
	return (struct input){on_join, on_leave, on_auth, on_record, on_refuse, hub};
}

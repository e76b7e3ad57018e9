/* Coming and going: who is here, under which pid, and what a newcomer is told first (rule R9). */
#include "app/hub_internal.h"

/* --- resuming --- */

static bool can_resume(struct hub *hub, struct fr_str text)
{
	struct recent_offset offset;

	return hub->recent.items && recent_offset_parse(text, &offset) &&
	       recent_holds(&hub->recent, &offset, clock_ms(&hub->options.clock)) &&
	       recent_size_since(&hub->recent, &offset) <= hub->options.replay_max;
}

struct resume {
	struct hub *hub;
	uint64_t client;
};

static void tell_missed(void *ctx, enum frust_kind kind, struct fr_str json,
			const struct recent_offset *offset)
{
	const struct resume *resume = ctx;
	const struct deliver *deliver = &resume->hub->options.deliver;
	char text[RECENT_OFFSET];
	struct news news = {.kind = kind == FRUST_CLICK ? NEWS_CLICK : NEWS_EVENT, .json = json};

	recent_offset_text(offset, text);
	news.offset = fr_str_of(text);
	deliver->send(deliver->ctx, resume->client, &news);
}

/* Stored clicks and events after the offset, in their order. */
static void replay(struct hub *hub, uint64_t client, struct fr_str text)
{
	struct resume resume = {hub, client};
	struct recent_offset offset;

	if (recent_offset_parse(text, &offset))
		recent_since(&hub->recent, &offset, tell_missed, &resume);
}

/* Whether whoever names this pid may resume. A client that still has it has dropped unnoticed: it
 * leaves now. */
static bool may_take(struct hub *hub, struct fr_str name)
{
	const struct deliver *deliver = &hub->options.deliver;
	const struct pid *pid = pid_is_one(name) ? pids_find(&hub->pids, name) : NULL;
	uint64_t ghost;

	if (!pid)
		return pid_is_one(name);
	ghost = pid->client;
	if (!ghost)
		return false; /* it said goodbye */
	hub_leave(hub, ghost, false);
	deliver->drop(deliver->ctx, ghost);
	return true;
}

/* Gives the client its pid: the one that it comes back with, when *offset can be gone on from, else
 * a new one, and *offset is absent. NULL: no memory. */
static const struct pid *take_pid(struct hub *hub, struct client *client, const struct join *join,
				  struct fr_str *offset)
{
	bool resumes = may_take(hub, join->pid) && join->offset.at && can_resume(hub, join->offset);

	*offset = resumes ? join->offset : FR_STR_NULL;
	client->pid = pids_take(&hub->pids, resumes ? join->pid : FR_STR_NULL, client->id);
	return client->pid;
}

/* --- coming and going --- */

static void send_stats(struct hub *hub, uint64_t id)
{
	char offset[RECENT_OFFSET];
	struct news news;

	hub_stats_news(hub, &news);
	recent_offset_text(&hub->recent.last, offset);
	if (hub->recent.items)
		news.offset = fr_str_of(offset);
	hub->options.deliver.send(hub->options.deliver.ctx, id, &news);
}

void hub_join(struct hub *hub, uint64_t id, const struct join *join)
{
	const struct deliver *deliver = &hub->options.deliver;
	struct client *client = presence_join(&hub->presence, id);
	struct fr_str offset = FR_STR_NULL;
	const struct pid *pid = NULL;

	if (client && join->recoverable)
		pid = take_pid(hub, client, join, &offset);
	if (!client || (join->recoverable && !pid)) {
		hub_leave(hub, id, false);
		deliver->drop(deliver->ctx, id);
		return;
	}
	client->place = limits_place(hub->rates, &join->from);
	board_change(&hub->board.presence);
	pulse_mark(&hub->pulse);
	/* It may have gone meanwhile: from here on it is known by its id alone. */
	if (pid)
		deliver->welcome(deliver->ctx, id, fr_str(pid->text, PID_LEN));
	if (offset.at)
		replay(hub, id, offset);
	send_stats(hub, id);
	deliver->follow(deliver->ctx, id);
}

void hub_leave(struct hub *hub, uint64_t id, bool goodbye)
{
	struct client *client = presence_find(&hub->presence, id);

	if (!client)
		return;
	fr_buf_clear(&hub->text);
	if (client->name.at && !hub->stopping) {
		text_left(&hub->text, hub->options.lang, client->name);
		hub_publish_text(hub);
	}
	if (client->pid)
		pids_leave(&hub->pids, client->pid, goodbye);
	presence_leave(&hub->presence, client);
	board_change(&hub->board.presence);
	pulse_mark(&hub->pulse);
}

void hub_leave_all(struct hub *hub, bool (*gone)(uint64_t client, uint32_t loop), uint32_t loop)
{
	FR_LIST_EACH_SAFE(it, &hub->presence.order)
	{
		const struct client *client = FR_CONTAINER_OF(it, struct client, link);

		if (gone(client->id, loop))
			hub_leave(hub, client->id, false);
	}
}

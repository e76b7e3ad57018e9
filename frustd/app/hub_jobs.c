/* What the hub has done on the writer's thread, and the tickets by which it knows it again. */
#include <errno.h>
#include <stdlib.h>

#include "app/hub_internal.h"
#include "app/json.h"

struct ticket *ticket_new(struct hub *hub, enum ticket_kind kind, uint64_t client, struct ack ack,
			  struct fr_str name)
{
	struct ticket *ticket = malloc(sizeof(*ticket) + name.len);
	char *copy;

	if (!ticket)
		return NULL;
	copy = (char *)(ticket + 1);
	if (name.len)
		memcpy(copy, name.at, name.len);
	*ticket = (struct ticket){
		.kind = kind, .client = client, .ack = ack, .name = fr_str(copy, name.len)};
	fr_list_append(&hub->tickets, &ticket->link);
	return ticket;
}

void ticket_free(struct ticket *ticket)
{
	if (!ticket)
		return;
	fr_list_remove(&ticket->link);
	state_free(ticket->state);
	recent_fini(&ticket->recent);
	fr_buf_fini(&ticket->said);
	free(ticket);
}

/* --- jobs, on the writer's thread --- */

static int load_job(void *ctx, struct frust *db, struct frust_error *error)
{
	struct ticket *ticket = ctx;

	ticket->state = state_load(db, ticket->zone, ticket->now, error);
	if (!ticket->state)
		return error->code;
	return ticket->recent_now ? recent_load(&ticket->recent, db, ticket->recent_now, error) : 0;
}

static int probe_job(void *ctx, struct frust *db, struct frust_error *error)
{
	(void)ctx;
	return frust_probe(db, error);
}

/* Announcements as lines of JSON, which has no line feeds of its own. */
static int add_announcement(void *ctx, const struct frust_announcement *announcement)
{
	struct ticket *ticket = ctx;

	json_add_message(&ticket->said, announcement);
	fr_buf_add_char(&ticket->said, '\n');
	return 0;
}

static int announcements_job(void *ctx, struct frust *db, struct frust_error *error)
{
	return frust_announcements_take(db, add_announcement, ctx, error);
}

int hub_queue(struct hub *hub, frust_job_fn fn, struct ticket *ticket)
{
	int err;

	if (!ticket)
		return FRUST_ENOMEM;
	err = frust_writer_run(hub->writer, fn, ticket, (uintptr_t)ticket);
	if (err)
		ticket_free(ticket);
	return err;
}

int hub_queue_load(struct hub *hub, int64_t now)
{
	struct ticket *ticket = ticket_new(hub, TICKET_LOAD, 0, (struct ack){0}, FR_STR_NULL);

	if (!ticket)
		return FRUST_ENOMEM;
	ticket->now = now;
	ticket->zone = hub->options.zone;
	if (!hub->state && hub->options.recovery_ms) {
		ticket->recent_now = clock_ms(&hub->options.clock);
		if (recent_init(&ticket->recent, hub->options.recovery_ms) < 0) {
			ticket_free(ticket);
			return FRUST_ENOMEM;
		}
	}
	return hub_queue(hub, load_job, ticket);
}

int hub_queue_probe(struct hub *hub)
{
	return hub_queue(hub, probe_job,
			 ticket_new(hub, TICKET_PROBE, 0, (struct ack){0}, FR_STR_NULL));
}

int hub_queue_announcements(struct hub *hub)
{
	return hub_queue(hub, announcements_job,
			 ticket_new(hub, TICKET_SAID, 0, (struct ack){0}, FR_STR_NULL));
}

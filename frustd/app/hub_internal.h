/* What hub.c (input), hub_join.c (coming and going) and hub_play.c (what settled) share. */
#ifndef APP_HUB_INTERNAL_H
#define APP_HUB_INTERNAL_H

#include "app/hub.h"
#include "app/pids.h"
#include "app/pulse.h"
#include "app/recent.h"
#include "app/sample.h"

enum ticket_kind { TICKET_RECORD, TICKET_AUTH, TICKET_LOAD, TICKET_PROBE, TICKET_SAID };

/* What the hub must know again when something settles; travels through the writer as its tag. */
struct ticket {
	struct fr_list link; /* hub.tickets: those that are under way */
	enum ticket_kind kind;
	uint64_t client;    /* RECORD, AUTH */
	struct ack ack;     /* RECORD, AUTH */
	struct fr_str name; /* AUTH: behind this struct */
	int64_t now;        /* LOAD: as of when */
	const struct frust_zone *zone;
	struct state *state;  /* LOAD: the result */
	struct recent recent; /* LOAD: of the first one, when clients may resume */
	int64_t recent_now;   /* LOAD: ms, as of when; 0: without it */
	struct fr_buf said;   /* SAID: the announcements taken, a line of JSON each */
};

struct pending_ack {
	uint64_t client, ack;
	struct outcome outcome;
};

struct hub {
	struct hub_options options;
	struct frust_writer *writer;
	struct state *state;
	struct presence presence;
	struct pids pids; /* of those who can resume */
	struct limits *rates;
	struct hub_counters counters;
	struct recent recent; /* zeroed when nobody may resume */
	struct pulse pulse;
	struct sample sample;
	struct net_timer owed; /* a stats, to those who were not shown a click */
	struct net_timer tick;
	struct fr_list tickets; /* ticket.link; what never settles goes with the hub */
	struct span span;       /* of the last stamp: beyond it, a mark goes first */
	bool ready, failing, stopping;
	char failure[sizeof(((struct frust_error *)NULL)->text)]; /* why it is failing */
	bool added;     /* records, which the writer is still to be woken for */
	bool reload;    /* the state is behind the database: load as soon as possible */
	bool probing;   /* a probe is queued */
	bool announced; /* announcements may wait in the database */
	struct board board;
	struct fr_buf text, json; /* scratch of one message */
	struct pending_ack *acks; /* of the poll that is running; sent after its broadcasts */
	size_t ack_count, ack_size;
};

/* hub_jobs.c */
struct ticket *ticket_new(struct hub *hub, enum ticket_kind kind, uint64_t client, struct ack ack,
			  struct fr_str name);
/* Frees what it holds too. */
void ticket_free(struct ticket *ticket);
/* Queues a job, or with NULL a mark, with its ticket, which is freed on failure (NULL: no memory).
 * 0 or FRUST_E…. */
int hub_queue(struct hub *hub, frust_job_fn fn, struct ticket *ticket);
/* Loads the state as of now; it becomes the hub's when it is played. */
int hub_queue_load(struct hub *hub, int64_t now);
int hub_queue_probe(struct hub *hub);
/* Takes the announcements that wait, to be published when they are played. */
int hub_queue_announcements(struct hub *hub);

/* What of the board does not change with a version. */
void hub_update_board(struct hub *hub);
/* At most once a second. */
void hub_send_toast(struct hub *hub, struct client *client, int refusal);

/* hub_play.c */
void hub_play_name(struct hub *hub, struct client *client, struct fr_str name);
void hub_publish_status(struct hub *hub);
void hub_publish_stats(struct hub *hub);
void hub_stats_news(struct hub *hub, struct news *news);
/* Publishes hub->text as a message. */
void hub_publish_text(struct hub *hub);

#endif

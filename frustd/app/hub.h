/*
 * The hub: the one place that decides in which order things happen (docs/ARCHITECTURE.md, "Order").
 * Input is checked and queued at the writer; what settles there is *played*, in that order, and
 * only playing changes counters, feeds and what people see. No I/O of its own: it hands domain
 * records to `deliver` and knows clients as 64-bit ids.
 *
 *     hub_click ─ check ─ push ──→ writer … commit ──→ hub_settle ─ play ─→ deliver
 */
#ifndef APP_HUB_H
#define APP_HUB_H

#include <frust/writer.h>

#include "app/board.h"
#include "app/clock.h"
#include "app/limits.h"
#include "app/presence.h"
#include "app/state.h"
#include "app/text.h"
#include "net/timer.h"

enum news_kind { NEWS_CLICK, NEWS_EVENT, NEWS_MESSAGE, NEWS_STATS, NEWS_STATUS, NEWS_KINDS };

/* Something to tell people; views live during the call. */
struct news {
	enum news_kind kind;
	const struct frust_record *record; /* NEWS_CLICK and NEWS_EVENT */
	struct fr_str json;                /* its public form */
	/* The place in the order of stored records after this one, for those who may resume: of
	 * clicks and events, and of a newcomer's stats; absent otherwise. */
	struct fr_str offset;
	uint64_t asked_at; /* NEWS_CLICK and NEWS_EVENT: struct ack's */
};

/* How a client's input ended. */
struct outcome {
	int refusal;           /* 0: accepted; else enum frust_refusal or enum text_refusal */
	bool record;           /* accepted: a click or an event, with these: */
	int64_t id, timestamp; /* id 0: an unsaved event */
};

/* What the hub has the clients told. One that has gone meanwhile is told nothing. */
struct deliver {
	void (*publish)(void *ctx, const struct news *news); /* to all who follow */
	void (*send)(void *ctx, uint64_t client, const struct news *news);
	void (*ack)(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome);
	/* The connect reply of one who can resume, under this pid. */
	void (*welcome)(void *ctx, uint64_t client, struct fr_str pid);
	/* From here on the client gets what is published. */
	void (*follow)(void *ctx, uint64_t client);
	/* Ends its session. */
	void (*drop)(void *ctx, uint64_t client);
	void *ctx;
};

/* What a person at the server should know. */
enum hub_notice {
	HUB_READY,   /* the store takes writes (first, or again) */
	HUB_FAILING, /* a commit or a load failed; text says why */
	HUB_FATAL,   /* the first load failed: there is nothing to serve */
};

struct hub_options {
	struct net_timers *timers;
	struct clock_source clock;
	struct frust_limits limits;
	struct limits_options rates;
	enum text_lang lang;
	const struct frust_zone *zone; /* whose days count; outlives the hub, as its name does */
	const char *timezone;
	uint32_t feed_rate;  /* clicks a second that are shown; 0: all */
	int64_t recovery_ms; /* how long a client that dropped may resume; 0: never */
	size_t replay_max;   /* bytes of JSON; who missed more does not resume */
	struct deliver deliver;
	void (*notice)(void *ctx, enum hub_notice notice, const struct frust_error *error);
	void *ctx;
};

struct hub_counters {
	uint64_t clicks, events;            /* stored */
	uint64_t unshown;                   /* of the clicks: left out of what people are shown */
	uint64_t refused[TEXT_REFUSED_END]; /* by enum frust_refusal and enum text_refusal */
};

struct hub;

struct hub *hub_new(const struct hub_options *options) FR_MUST_CHECK;
/* The writer is closed before. Takes NULL. */
void hub_free(struct hub *hub);
/* Takes limits, the rates of rates, and feed_rate for what comes from now on; the rest of the
 * options is not looked at. */
void hub_set_limits(struct hub *hub, const struct hub_options *options);
/* Loads everything anew, as after another process's change. */
void hub_reload(struct hub *hub);
/* Starts the first load; HUB_READY or HUB_FATAL follows from hub_settle. The hub borrows the writer
 * until hub_stop has been drained. 0 or FRUST_E…. */
int hub_start(struct hub *hub, struct frust_writer *writer) FR_MUST_CHECK;
/* Lets the writer begin with what came in this turn of the loop: all of it is one transaction. */
void hub_flush(struct hub *hub);
/* Plays what settled; call it whenever the writer wakes the loop. */
void hub_settle(struct hub *hub);
/* Refuses input from now on; what is queued still plays (rule R17). */
void hub_stop(struct hub *hub);
/* Records and jobs not yet played. */
size_t hub_pending(const struct hub *hub);
bool hub_ready(const struct hub *hub);
/* Why it is not, as a line that lives until the next settling; NULL: it is. */
const char *hub_trouble(const struct hub *hub);
/* The name of the zone whose days count. */
const char *hub_timezone(const struct hub *hub);
const struct hub_counters *hub_counters(const struct hub *hub);

/* An ack that the client asked for, or none. */
struct ack {
	bool wanted;
	uint64_t id;
	uint64_t asked_at; /* ns, monotonic, when its input came; 0: not known */
};

/* How a client comes; views live during the call. */
struct join {
	bool recoverable;          /* it can resume after a drop, */
	struct fr_str pid, offset; /* and comes back with these; absent: it does not */
	struct net_address from;
};

/*
 * A client came: if it can resume it is welcomed (else its connect reply is out), and told what it
 * missed if it does; then the stats, and it follows. When there is no memory it is dropped.
 */
void hub_join(struct hub *hub, uint64_t client, const struct join *join);
/* It has gone; goodbye: of its own will, so that nobody resumes in its place. */
void hub_leave(struct hub *hub, uint64_t client, bool goodbye);
/* The same for all of whom `gone` says so: their loop has lost what it had for the hub. */
void hub_leave_all(struct hub *hub, bool (*gone)(uint64_t client, uint32_t loop), uint32_t loop);
void hub_auth(struct hub *hub, uint64_t client, struct fr_str name, struct ack ack);
/* A click or an event as it was sent; timestamp and id are set here. */
void hub_record(struct hub *hub, uint64_t client, struct frust_record *record, struct ack ack);
/* Tells the client that its input was refused: in the ack it asked for, else as a toast. */
void hub_refuse(struct hub *hub, uint64_t client, int refusal, struct ack ack);

/* The five above for those who do not know the hub. */
struct input {
	void (*join)(void *ctx, uint64_t client, const struct join *join);
	void (*leave)(void *ctx, uint64_t client, bool goodbye);
	void (*auth)(void *ctx, uint64_t client, struct fr_str name, struct ack ack);
	void (*record)(void *ctx, uint64_t client, struct frust_record *record, struct ack ack);
	void (*refuse)(void *ctx, uint64_t client, int refusal, struct ack ack);
	void *ctx;
};
struct input hub_input(struct hub *hub);

/* For the HTTP routes. The state changes with every play: use it at once. NULL before HUB_READY. */
const struct state *hub_state(const struct hub *hub);
const struct presence *hub_presence(const struct hub *hub);
/* Lives as long as the hub; for any thread. */
const struct board *hub_board(const struct hub *hub);

#endif

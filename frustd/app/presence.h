/* Who is here: the connected clients in the order in which they came. Pure memory. */
#ifndef APP_PRESENCE_H
#define APP_PRESENCE_H

#include "app/limits.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"

struct client {
	struct fr_list link;
	uint64_t id;             /* the hub and its callers know clients by nothing else */
	struct fr_str name;      /* owned; absent before the first auth */
	uint64_t clicks, events; /* this session's */
	uint32_t pending;        /* pushed or queued, and not yet played */
	struct pid *pid;         /* under which it can resume; NULL: it cannot */
	uint64_t toasted_at;     /* ms, when it was last told of a refusal; 0: never */
	uint64_t place;          /* its address, see limits.h */
	struct limits_bucket bucket;
};

struct presence {
	struct fr_map by_id;
	struct fr_list order;
};

int presence_init(struct presence *presence) FR_MUST_CHECK;
/* Takes a zeroed struct. */
void presence_fini(struct presence *presence);
/* A client that has no name yet; NULL: no memory. */
struct client *presence_join(struct presence *presence, uint64_t id) FR_MUST_CHECK;
/* NULL when it has left. */
struct client *presence_find(const struct presence *presence, uint64_t id);
void presence_leave(struct presence *presence, struct client *client);
/* Copies the name. 0 or -ENOMEM, and then the old name stays. */
int presence_rename(struct client *client, struct fr_str name) FR_MUST_CHECK;
size_t presence_count(const struct presence *presence);
/* The first n clients, or as many as there are. */
void presence_add_json(const struct presence *presence, uint32_t n, struct fr_buf *out);

#endif

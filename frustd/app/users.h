/* Every user's counters, in order of first appearance. Pure memory. */
#ifndef APP_USERS_H
#define APP_USERS_H

#include <frust/types.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"

struct users {
	struct fr_map by_name;
	struct fr_list order;
};

int users_init(struct users *users) FR_MUST_CHECK;
/* Takes a zeroed struct. */
void users_fini(struct users *users);
/* Adds to a user's counters; the first time makes the user. 0 or -ENOMEM. */
int users_add(struct users *users, struct fr_str name, int64_t clicks,
	      int64_t events) FR_MUST_CHECK;
/* Appends all as a JSON array. */
void users_add_json(const struct users *users, struct fr_buf *out);
#define USERS_TOP_MAX 100
/* Appends the n (at most USERS_TOP_MAX) with the most clicks, most first; of equals, who came
 * first. */
void users_add_json_top(const struct users *users, uint32_t n, struct fr_buf *out);

#endif

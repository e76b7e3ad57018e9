/* The names that may not be used, as the database has them. Pure memory. */
#ifndef APP_BANS_H
#define APP_BANS_H

#include <frust/query.h>

#include "base/attr.h"

struct bans {
	struct frust_ban *items; /* each pattern is a copy */
	size_t count, size;
};

/* Takes a zeroed struct. */
void bans_fini(struct bans *bans);
/* Copies the ban. 0 or -ENOMEM. */
int bans_add(struct bans *bans, const struct frust_ban *ban) FR_MUST_CHECK;
bool bans_hit(const struct bans *bans, struct frust_str name);

#endif

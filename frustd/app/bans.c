#include "app/bans.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void bans_fini(struct bans *bans)
{
	for (size_t i = 0; i < bans->count; i++)
		free((void *)(uintptr_t)bans->items[i].pattern.at);
	free(bans->items);
	*bans = (struct bans){0};
}

int bans_add(struct bans *bans, const struct frust_ban *ban)
{
	struct frust_ban *items;
	char *copy;

	if (bans->count == bans->size) {
		size_t size = bans->size ? bans->size * 2 : 16;

		items = realloc(bans->items, size * sizeof(*items));
		if (!items)
			return -ENOMEM;
		bans->items = items;
		bans->size = size;
	}
	copy = malloc(ban->pattern.len + 1);
	if (!copy)
		return -ENOMEM;
	if (ban->pattern.len)
		memcpy(copy, ban->pattern.at, ban->pattern.len);
	bans->items[bans->count] = *ban;
	bans->items[bans->count++].pattern = (struct frust_str){copy, ban->pattern.len};
	return 0;
}

bool bans_hit(const struct bans *bans, struct frust_str name)
{
	return frust_ban_match(bans->items, bans->count, name) != NULL;
}

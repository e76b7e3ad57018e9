/* Owns the copies. What they mean is for others. */
#include "sio/kept.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* A copy that can be freed, also of nothing; absent: no memory. */
static struct fr_str copy(struct fr_str s)
{
	char *at = malloc(s.len + 1);

	if (!at)
		return FR_STR_NULL;
	if (s.len)
		memcpy(at, s.at, s.len);
	return fr_str(at, s.len);
}

struct sio_kept *sio_kept_new(struct fr_str text, uint32_t attachments)
{
	size_t size = sizeof(struct sio_kept) + attachments * sizeof(struct fr_str);
	struct sio_kept *kept = calloc(1, size);

	if (!kept)
		return NULL;
	kept->text = copy(text);
	if (!kept->text.at) {
		free(kept);
		return NULL;
	}
	kept->due = attachments;
	kept->size = size + text.len;
	return kept;
}

int sio_kept_add(struct sio_kept *kept, struct fr_str data)
{
	struct fr_str own;

	assert(kept->due > 0);
	own = copy(data);
	if (!own.at)
		return -ENOMEM;
	kept->attachments[kept->count++] = own;
	kept->due--;
	kept->size += data.len;
	return 0;
}

struct sio_binary sio_kept_binary(const struct sio_kept *kept)
{
	return kept ? (struct sio_binary){kept->attachments, kept->count} : (struct sio_binary){0};
}

static void text_free(struct fr_str s)
{
	free((void *)(uintptr_t)s.at); /* made by copy(): ours, not const */
}

void sio_kept_free(struct sio_kept *kept)
{
	if (!kept)
		return;
	for (uint32_t i = 0; i < kept->count; i++)
		text_free(kept->attachments[i]);
	text_free(kept->text);
	free(kept);
}

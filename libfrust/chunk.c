/* Copies of records: their texts in one buffer, which may move until the chunk is sealed. */
#include "change.h"

#include <stdlib.h>

/* The text is an offset in disguise until sealing; absent stays absent. */
static struct frust_str keep(struct frust__chunk *chunk, struct frust_str text)
{
	size_t offset = chunk->texts.len;

	if (!text.at)
		return text;
	fr_buf_add(&chunk->texts, text.at, text.len);
	/* an empty text must not look absent, nor be at the buffer's NULL */
	fr_buf_add_char(&chunk->texts, '\0');
	return (struct frust_str){(const char *)(uintptr_t)(offset + 1), text.len};
}

int frust__chunk_add(struct frust__chunk *chunk, const struct frust_record *record)
{
	struct frust_record *copy;

	if (chunk->count == chunk->size) {
		size_t size = chunk->size ? chunk->size * 2 : 256;

		copy = realloc(chunk->records, size * sizeof(*copy));
		if (!copy)
			return FRUST_ENOMEM;
		chunk->records = copy;
		chunk->size = size;
	}
	copy = &chunk->records[chunk->count];
	*copy = *record;
	copy->user = keep(chunk, record->user);
	copy->comment = keep(chunk, record->comment);
	copy->style = keep(chunk, record->style);
	copy->name = keep(chunk, record->name);
	if (fr_buf_error(&chunk->texts))
		return FRUST_ENOMEM;
	chunk->count++;
	return 0;
}

static void settle(const struct frust__chunk *chunk, struct frust_str *text)
{
	if (text->at)
		text->at = chunk->texts.at + ((uintptr_t)text->at - 1);
}

void frust__chunk_seal(struct frust__chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		settle(chunk, &chunk->records[i].user);
		settle(chunk, &chunk->records[i].comment);
		settle(chunk, &chunk->records[i].style);
		settle(chunk, &chunk->records[i].name);
	}
}

void frust__chunk_clear(struct frust__chunk *chunk)
{
	chunk->count = 0;
	fr_buf_clear(&chunk->texts);
}

void frust__chunk_fini(struct frust__chunk *chunk)
{
	free(chunk->records);
	fr_buf_fini(&chunk->texts);
	*chunk = (struct frust__chunk){0};
}

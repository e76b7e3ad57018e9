/* Batches and their memory: arrays that double, texts in pieces that never move. */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define PIECE_SIZE ((size_t)64 * 1024)
#define SPARES_MAX 4           /* batches at rest */
#define SPARE_RECORDS_MAX 8192 /* a larger batch gives its memory back */

struct frust__piece {
	struct frust__piece *next;
	size_t used, size;
	char bytes[];
};

/* --- queues --- */

void frust__queue_append(struct frust__queue *queue, struct frust__batch *batch)
{
	batch->next = NULL;
	if (queue->last)
		queue->last->next = batch;
	else
		queue->first = batch;
	queue->last = batch;
}

struct frust__batch *frust__queue_pop(struct frust__queue *queue)
{
	struct frust__batch *batch = queue->first;

	if (!batch)
		return NULL;
	queue->first = batch->next;
	if (!queue->first)
		queue->last = NULL;
	batch->next = NULL;
	return batch;
}

static void free_pieces(struct frust__piece *piece)
{
	while (piece) {
		struct frust__piece *next = piece->next;

		free(piece);
		piece = next;
	}
}

static void free_batch(struct frust__batch *batch)
{
	free_pieces(batch->pieces);
	free(batch->entries);
	free(batch->records);
	free(batch);
}

void frust__queue_fini(struct frust__queue *queue)
{
	struct frust__batch *batch;

	while ((batch = frust__queue_pop(queue)))
		free_batch(batch);
}

/* --- batches --- */

struct frust__batch *frust__batch_get(struct frust__spares *spares)
{
	struct frust__batch *batch = spares->first;

	if (!batch)
		return calloc(1, sizeof(*batch));
	spares->first = batch->next;
	spares->count--;
	batch->next = NULL;
	return batch;
}

void frust__batch_put(struct frust__spares *spares, struct frust__batch *batch)
{
	struct frust__piece *piece = batch->pieces;

	if (spares->count == SPARES_MAX || batch->record_size > SPARE_RECORDS_MAX) {
		free_batch(batch);
		return;
	}
	if (piece) {
		free_pieces(piece->next);
		piece->next = NULL;
		piece->used = 0;
	}
	batch->entry_count = batch->record_count = 0;
	batch->job = NULL;
	batch->foreign = false;
	batch->status = 0;
	batch->next = spares->first;
	spares->first = batch;
	spares->count++;
}

void frust__spares_fini(struct frust__spares *spares)
{
	while (spares->first) {
		struct frust__batch *next = spares->first->next;

		free_batch(spares->first);
		spares->first = next;
	}
	spares->count = 0;
}

/* Room for one more of `width` bytes; 0 or FRUST_ENOMEM. */
static int grow(void *array, size_t *size, size_t count, size_t width)
{
	void *old, *grown;
	size_t more = *size ? *size * 2 : 64;

	if (count < *size)
		return 0;
	memcpy(&old, array, sizeof(old));
	grown = realloc(old, more * width);
	if (!grown)
		return FRUST_ENOMEM;
	memcpy(array, &grown, sizeof(grown));
	*size = more;
	return 0;
}

/* n bytes that stay where they are, or NULL. */
static char *text_room(struct frust__batch *batch, size_t n)
{
	struct frust__piece *piece = batch->pieces;
	char *room;

	if (!piece || n > piece->size - piece->used) {
		size_t size = n > PIECE_SIZE ? n : PIECE_SIZE;

		if (size > SIZE_MAX - sizeof(*piece))
			return NULL;
		piece = malloc(sizeof(*piece) + size);
		if (!piece)
			return NULL;
		*piece = (struct frust__piece){batch->pieces, 0, size};
		batch->pieces = piece;
	}
	room = piece->bytes + piece->used;
	piece->used += n;
	return room;
}

static struct frust_str copy_text(char **room, struct frust_str text)
{
	struct frust_str copy = {text.at ? *room : NULL, text.len};

	if (text.at && text.len)
		memcpy(*room, text.at, text.len);
	*room += text.at ? text.len : 0;
	return copy;
}

int frust__batch_add_mark(struct frust__batch *batch, void *ctx, uint64_t tag)
{
	if (grow(&batch->entries, &batch->entry_size, batch->entry_count, sizeof(*batch->entries)))
		return FRUST_ENOMEM;
	batch->entries[batch->entry_count++] = (struct frust__entry){tag, ctx, false};
	return 0;
}

int frust__batch_add_record(struct frust__batch *batch, const struct frust_record *record,
			    uint64_t tag)
{
	struct frust_record copy = *record;
	char *room;

	if (grow(&batch->entries, &batch->entry_size, batch->entry_count,
		 sizeof(*batch->entries)) ||
	    grow(&batch->records, &batch->record_size, batch->record_count,
		 sizeof(*batch->records)))
		return FRUST_ENOMEM;
	room = text_room(batch, record->user.len + record->comment.len + record->style.len +
					record->name.len);
	if (!room)
		return FRUST_ENOMEM;
	copy.id = 0;
	copy.user = copy_text(&room, record->user);
	copy.comment = copy_text(&room, record->comment);
	copy.style = copy_text(&room, record->style);
	copy.name = copy_text(&room, record->name);
	batch->records[batch->record_count++] = copy;
	batch->entries[batch->entry_count++] = (struct frust__entry){tag, NULL, true};
	return 0;
}

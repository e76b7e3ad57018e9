#include "app/feed.h"

#include <errno.h>
#include <stdlib.h>

#include "app/json.h"

#define FIRST_SIZE (64 * 1024)

int feed_init(struct feed *feed)
{
	memset(feed, 0, sizeof(*feed));
	feed->lens = calloc(FEED_MAX, sizeof(*feed->lens));
	feed->bytes = malloc(FIRST_SIZE);
	if (!feed->lens || !feed->bytes) {
		feed_fini(feed);
		return -ENOMEM;
	}
	feed->size = FIRST_SIZE;
	feed->start = feed->end = FIRST_SIZE / 2;
	return 0;
}

void feed_fini(struct feed *feed)
{
	free(feed->lens);
	free(feed->bytes);
	fr_buf_fini(&feed->scratch);
	memset(feed, 0, sizeof(*feed));
}

/* Makes sure of so many free bytes before the newest and after the oldest record. */
static int reserve(struct feed *feed, size_t below, size_t above)
{
	size_t used = feed->end - feed->start;
	size_t size, start;
	char *bytes;

	if (feed->start >= below && feed->size - feed->end >= above)
		return 0;
	/* As much free space as is used, on the side that grows: moves stay rare. */
	size = 2 * used + below + above + FIRST_SIZE;
	start = below ? size - used - above : 0;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes + start, feed->bytes + feed->start, used);
	free(feed->bytes);
	feed->bytes = bytes;
	feed->size = size;
	feed->start = start;
	feed->end = start + used;
	return 0;
}

static int encode(struct feed *feed, const struct frust_record *record)
{
	fr_buf_clear(&feed->scratch);
	json_add_record(&feed->scratch, record);
	fr_buf_add_char(&feed->scratch, ',');
	return fr_buf_error(&feed->scratch);
}

static uint32_t *item_at(const struct feed *feed, uint32_t age)
{
	return &feed->lens[(feed->first + age) % FEED_MAX];
}

int feed_add(struct feed *feed, const struct frust_record *record, struct fr_str *json)
{
	size_t len;
	int err = encode(feed, record);

	if (err < 0)
		return err;
	len = feed->scratch.len;
	err = reserve(feed, len, 0);
	if (err < 0)
		return err;
	if (feed->count == FEED_MAX)
		feed->end -= *item_at(feed, --feed->count);
	feed->start -= len;
	memcpy(feed->bytes + feed->start, feed->scratch.at, len);
	feed->first = (feed->first + FEED_MAX - 1) % FEED_MAX;
	feed->count++;
	*item_at(feed, 0) = (uint32_t)len;
	*json = fr_str(feed->bytes + feed->start, len - 1);
	return 0;
}

int feed_add_older(struct feed *feed, const struct frust_record *record)
{
	size_t len;
	int err;

	if (feed->count == FEED_MAX)
		return 0;
	err = encode(feed, record);
	if (err < 0)
		return err;
	len = feed->scratch.len;
	err = reserve(feed, 0, len);
	if (err < 0)
		return err;
	memcpy(feed->bytes + feed->end, feed->scratch.at, len);
	feed->end += len;
	*item_at(feed, feed->count++) = (uint32_t)len;
	return 0;
}

static void add_front(const struct feed *feed, size_t len, struct fr_buf *out)
{
	fr_buf_add_char(out, '[');
	if (len)
		fr_buf_add(out, feed->bytes + feed->start, len - 1);
	fr_buf_add_char(out, ']');
}

void feed_add_json(const struct feed *feed, uint32_t n, struct fr_buf *out)
{
	size_t len = 0;

	for (uint32_t age = 0; age < n && age < feed->count; age++)
		len += *item_at(feed, age);
	add_front(feed, len, out);
}

/* The files of the TZ database: RFC 8536, versions 1 to 4. Bytes from outside: nothing is believed.
 */
#include "zone_data.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define HEADER 44
#define OFFSET_MIN (-25 * FRUST_HOUR) /* RFC 8536 section 3.2 */
#define OFFSET_MAX (26 * FRUST_HOUR)

/* A data block's parts. */
struct block {
	uint32_t ut_count, standard_count, leap_count, time_count, type_count, char_count;
	size_t time_size; /* 4 or 8 */
};

static uint64_t big_endian(const char *at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | (unsigned char)at[i];
	return value;
}

static int64_t signed_big_endian(const char *at, size_t n)
{
	uint64_t value = big_endian(at, n);

	return n == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

static bool read_header(struct fr_str *bytes, size_t time_size, struct block *block)
{
	uint32_t counts[6];

	if (bytes->len < HEADER || memcmp(bytes->at, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < 6; i++)
		counts[i] = (uint32_t)big_endian(bytes->at + 20 + 4 * i, 4);
	*block = (struct block){counts[0], counts[1], counts[2], counts[3],
				counts[4], counts[5], time_size};
	*bytes = fr_str_skip(*bytes, HEADER);
	return true;
}

/* Each count is below 2^32: no sum of these overflows. */
static uint64_t block_size(const struct block *block)
{
	uint64_t size = (uint64_t)block->time_count * (block->time_size + 1);

	size += (uint64_t)block->type_count * 6 + block->char_count;
	size += (uint64_t)block->leap_count * (block->time_size + 4);
	return size + block->standard_count + block->ut_count;
}

static bool read_offset(const char *types, size_t type, int32_t *offset)
{
	*offset = (int32_t)signed_big_endian(types + 6 * type, 4);
	return *offset >= OFFSET_MIN && *offset <= OFFSET_MAX;
}

static bool fill(struct frust_zone *zone, const struct block *block, const char *at)
{
	const char *indexes = at + (size_t)block->time_count * block->time_size;
	const char *types = indexes + block->time_count;

	if (!read_offset(types, 0, &zone->first))
		return false;
	for (size_t i = 0; i < zone->count; i++) {
		size_t type = (unsigned char)indexes[i];

		zone->times[i] = signed_big_endian(at + i * block->time_size, block->time_size);
		if ((i && zone->times[i] <= zone->times[i - 1]) || type >= block->type_count ||
		    !read_offset(types, type, &zone->offsets[i]))
			return false;
	}
	return true;
}

/* bytes begins with the data block, and what it needs is there. */
static int read_block(struct fr_str bytes, const struct block *block, struct frust_zone *zone)
{
	/* with leap seconds, the times of the file are not those of the rest of the world */
	if (!block->type_count || block->leap_count)
		return FRUST_EFORMAT;
	zone->count = block->time_count;
	zone->times = calloc(zone->count + 1, sizeof(*zone->times));
	zone->offsets = calloc(zone->count + 1, sizeof(*zone->offsets));
	if (!zone->times || !zone->offsets)
		return FRUST_ENOMEM;
	return fill(zone, block, bytes.at) ? 0 : FRUST_EFORMAT;
}

/* A line feed, a TZ string or nothing, a line feed. */
static int read_footer(struct fr_str footer, struct frust_zone *zone)
{
	size_t end;

	if (!footer.len || *footer.at != '\n')
		return FRUST_EFORMAT;
	footer = fr_str_skip(footer, 1);
	end = fr_str_find(footer, '\n');
	if (end == footer.len)
		return FRUST_EFORMAT;
	if (!end)
		return 0;
	zone->ruled = true;
	return frust__zone_rule_parse(fr_str(footer.at, end), &zone->rule) ? 0 : FRUST_EFORMAT;
}

static int parse(struct fr_str bytes, struct frust_zone *zone)
{
	char version = bytes.len > 4 ? bytes.at[4] : '\0';
	struct block block;
	int status;

	if (!read_header(&bytes, 4, &block) || block_size(&block) > bytes.len)
		return FRUST_EFORMAT;
	if (version == '\0')
		return read_block(bytes, &block, zone);
	bytes = fr_str_skip(bytes, (size_t)block_size(&block));
	if (!read_header(&bytes, 8, &block) || block_size(&block) > bytes.len)
		return FRUST_EFORMAT;
	status = read_block(bytes, &block, zone);
	if (status)
		return status;
	return read_footer(fr_str_skip(bytes, (size_t)block_size(&block)), zone);
}

int frust__zone_parse(struct fr_str bytes, struct frust_zone *zone)
{
	int status;

	memset(zone, 0, sizeof(*zone));
	status = parse(bytes, zone);
	if (status)
		frust__zone_fini(zone);
	return status;
}

void frust__zone_fini(struct frust_zone *zone)
{
	free(zone->times);
	free(zone->offsets);
	memset(zone, 0, sizeof(*zone));
}

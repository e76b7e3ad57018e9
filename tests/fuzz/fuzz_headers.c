/*
 * Headers that answers depend on: ranges, entity tags, codings, media types. The input is a byte
 * for a file's size, and a header's value.
 */
#include "app/body.h"
#include "app/files.h"
#include "fuzz/fuzz.h"

static const uint64_t sizes[] = {0, 1, 2, 10, 1000, 4096, UINT64_C(1) << 32, UINT64_MAX / 2};

static void check_range(struct fr_str header, uint64_t size)
{
	uint64_t from = 7, to = 7, again_from, again_to;
	enum files_range range = files_range(header, size, &from, &to);
	char text[64];

	FUZZ_CHECK(range == FILES_RANGE_NONE || fr_str_starts(header, FR_STR("bytes=")));
	if (range == FILES_RANGE_BEYOND && size > 0)
		FUZZ_CHECK(files_range(header, UINT64_MAX / 2, &from, &to) != FILES_RANGE_NONE ||
			   true);
	if (range != FILES_RANGE_OK)
		return;
	FUZZ_CHECK(from <= to && to < size);
	/* Said plainly it is the same. */
	snprintf(text, sizeof(text), "bytes=%llu-%llu", (unsigned long long)from,
		 (unsigned long long)to);
	if (to >= UINT64_C(1000000000000000000))
		return;
	FUZZ_CHECK(files_range(fr_str_of(text), size, &again_from, &again_to) == FILES_RANGE_OK);
	FUZZ_CHECK(again_from == from && again_to == to);
}

static bool holds(struct fr_str s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++)
		if (fr_str_caseeq(fr_str(s.at + i, n), fr_str_of(word)))
			return true;
	return false;
}

static void check_coding(struct fr_str header)
{
	struct fr_buf more = FR_BUF_INIT;
	bool accepts = body_accepts_gzip(header);

	FUZZ_CHECK(!accepts || holds(header, "gzip") || holds(header, "*"));
	/* What comes first counts. */
	fr_buf_add_str(&more, FR_STR("gzip;q=0, "));
	fr_buf_add_str(&more, header);
	FUZZ_CHECK(!body_accepts_gzip(fr_buf_str(&more)));
	fr_buf_clear(&more);
	fr_buf_add_str(&more, FR_STR("br , gzip,"));
	fr_buf_add_str(&more, header);
	FUZZ_CHECK(body_accepts_gzip(fr_buf_str(&more)));
	fr_buf_fini(&more);
}

static void check_etag(struct fr_str header)
{
	const struct fr_str tag = FR_STR("\"ab-12\"");
	struct fr_buf more = FR_BUF_INIT;

	if (body_etag_matches(header, tag))
		FUZZ_CHECK(holds(header, "\"ab-12\"") || holds(header, "*"));
	fr_buf_add_str(&more, header);
	fr_buf_add_str(&more, FR_STR(", W/\"ab-12\""));
	FUZZ_CHECK(body_etag_matches(fr_buf_str(&more), tag));
	fr_buf_fini(&more);
}

static void check_lists(struct fr_str value)
{
	const struct httpd_header headers[] = {
		{FR_STR_INIT("Connection"), value},
		{FR_STR_INIT("connection"), FR_STR_INIT("x ,upgrade")}};
	const struct httpd_request request = {.headers = headers, .header_count = 2};

	FUZZ_CHECK(httpd_request_lists(&request, FR_STR("CONNECTION"), FR_STR("Upgrade")));
	FUZZ_CHECK(fr_str_eq(httpd_request_header(&request, FR_STR("connection")), value));
	if (httpd_request_lists(&request, FR_STR("connection"), FR_STR("close")))
		FUZZ_CHECK(holds(value, "close"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str header = fuzz_input(data, size), type;
	uint64_t file_size = sizes[fuzz_byte(&header) % FR_ARRAY_LEN(sizes)];

	check_range(header, file_size);
	check_coding(header);
	check_etag(header);
	check_lists(header);
	type = files_type(header);
	FUZZ_CHECK(type.len > 0 && fr_str_find(type, '/') < type.len);
	return 0;
}

/*
 * net/deflate: any message comes back from its compressed form, whatever the window and however it
 * was parted; any bytes inflate to no more than the limit. The first byte chooses window and limit.
 */
#include "net/deflate.h"

#include "fuzz/fuzz.h"

/* Inflates into out behind what is there. */
static int inflate(struct net_inflater *inflater, struct fr_str bytes, size_t max,
		   struct fr_buf *out)
{
	int r;

	fr_buf_clear(out);
	fr_buf_add_str(out, FR_STR("before"));
	r = net_inflate(inflater, bytes, max, out);
	FUZZ_CHECK(r == 0 || r == NET_INFLATE_BAD || r == NET_INFLATE_TOO_LARGE);
	FUZZ_CHECK(fr_str_starts(fr_buf_str(out), FR_STR("before")) && out->len - 6 <= max);
	return r;
}

static void check_there_and_back(struct net_deflater *deflater, struct net_inflater *inflater,
				 int window, struct fr_str text)
{
	const struct fr_str parts[] = {fr_str(text.at, text.len / 3), FR_STR(""),
				       fr_str_skip(text, text.len / 3)};
	struct fr_buf small = FR_BUF_INIT, out = FR_BUF_INIT;

	FUZZ_CHECK(net_deflate(deflater, window, parts, 3, &small) == 0);
	FUZZ_CHECK(inflate(inflater, fr_buf_str(&small), text.len, &out) == 0);
	FUZZ_CHECK(fr_str_eq(fr_str_skip(fr_buf_str(&out), 6), text));
	if (text.len)
		FUZZ_CHECK(inflate(inflater, fr_buf_str(&small), text.len - 1, &out) ==
			   NET_INFLATE_TOO_LARGE);
	fr_buf_fini(&small);
	fr_buf_fini(&out);
}

/* What inflates to something does so again, with a limit that it just fits in. */
static void check_bytes(struct net_inflater *inflater, struct fr_str bytes, size_t max)
{
	struct fr_buf out = FR_BUF_INIT, again = FR_BUF_INIT;

	if (inflate(inflater, bytes, max, &out) == 0) {
		FUZZ_CHECK(inflate(inflater, bytes, out.len - 6, &again) == 0);
		FUZZ_CHECK(fr_str_eq(fr_buf_str(&again), fr_buf_str(&out)));
	}
	fr_buf_fini(&out);
	fr_buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);
	uint8_t choice = fuzz_byte(&text);
	int window = NET_WINDOW_MIN + choice % (NET_WINDOW_MAX - NET_WINDOW_MIN + 1);
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();

	FUZZ_CHECK(deflater && inflater);
	check_bytes(inflater, text, choice & 128 ? 10 : 5000);
	check_there_and_back(deflater, inflater, window, text);
	check_bytes(inflater, text, choice & 128 ? 5000 : 10);
	net_deflater_free(deflater);
	net_inflater_free(inflater);
	return 0;
}

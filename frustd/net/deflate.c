/* Owns the use of zlib. What is worth compressing, and for whom, is decided elsewhere. */
#include "net/deflate.h"

#include <errno.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define GZIP_WINDOW (15 + 16)       /* the largest window; 16 asks for gzip's framing */
#define BYTES_MAX ((size_t)1 << 30) /* zlib counts in unsigned int */

static void set_input(z_stream *z, struct fr_str bytes)
{
	z->next_in = (const Bytef *)bytes.at;
	z->avail_in = (uInt)bytes.len;
}

/* All the room that out has. */
static void set_output(z_stream *z, struct fr_buf *out)
{
	size_t room = out->size - out->len;

	z->next_out = (Bytef *)out->at + out->len;
	z->avail_out = (uInt)(room < BYTES_MAX ? room : BYTES_MAX);
}

/* Takes over what was written since set_output. */
static void take_output(const z_stream *z, struct fr_buf *out)
{
	out->len = (size_t)((const char *)z->next_out - out->at);
}

int net_gzip(struct fr_buf *out, struct fr_str bytes, int level)
{
	z_stream z = {0};
	int rc;

	if (bytes.len > BYTES_MAX ||
	    deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	/* Room for all, so that one call suffices. */
	rc = fr_buf_reserve(out, deflateBound(&z, (uLong)bytes.len));
	if (rc == 0) {
		set_input(&z, bytes);
		set_output(&z, out);
		rc = deflate(&z, Z_FINISH) == Z_STREAM_END ? 0 : -ENOMEM;
	}
	if (rc == 0)
		take_output(&z, out);
	deflateEnd(&z);
	return rc;
}

/* --- messages, out --- */

#define LEVEL 1       /* most of the saving for the least of the time */
#define FLUSH_ROOM 16 /* what a flush adds, generously */
#define TAIL_SIZE 4   /* 00 00 ff ff, see RFC 7692 §7.2.1 */

struct net_deflater {
	z_stream z;
	int window; /* that z was made for; 0: not yet */
};

struct net_deflater *net_deflater_new(void)
{
	return calloc(1, sizeof(struct net_deflater));
}

void net_deflater_free(struct net_deflater *deflater)
{
	if (!deflater)
		return;
	if (deflater->window)
		deflateEnd(&deflater->z);
	free(deflater);
}

/* Tables of a size with the window: larger ones cost more to slide than they find. */
static int memory_level(int window)
{
	return window < 11 ? 4 : window - 7;
}

/* Most peers ask for the same window, so one state is enough. */
static int begin(struct net_deflater *deflater, int window)
{
	if (deflater->window == window)
		return deflateReset(&deflater->z) == Z_OK ? 0 : -ENOMEM;
	if (deflater->window)
		deflateEnd(&deflater->z);
	deflater->z = (z_stream){0};
	deflater->window = 0;
	if (deflateInit2(&deflater->z, LEVEL, Z_DEFLATED, -window, memory_level(window),
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	deflater->window = window;
	return 0;
}

static int deflate_parts(z_stream *z, const struct fr_str *parts, int n)
{
	int rc = Z_OK;

	for (int i = 0; i < n && rc == Z_OK; i++) {
		set_input(z, parts[i]);
		if (parts[i].len)
			rc = deflate(z, Z_NO_FLUSH);
	}
	if (rc == Z_OK)
		rc = deflate(z, Z_SYNC_FLUSH);
	/* There was room for all: what is left over would be a failure of zlib's own. */
	return rc == Z_OK && z->avail_in == 0 && z->avail_out ? 0 : -ENOMEM;
}

int net_deflate(struct net_deflater *deflater, int window, const struct fr_str *parts, int n,
		struct fr_buf *out)
{
	z_stream *z = &deflater->z;
	size_t size = 0;
	int r;

	for (int i = 0; i < n; i++)
		size += parts[i].len;
	r = size > BYTES_MAX ? -ENOMEM : begin(deflater, window);
	if (r == 0)
		r = fr_buf_reserve(out, deflateBound(z, (uLong)size) + FLUSH_ROOM);
	if (r < 0)
		return r;
	set_output(z, out);
	r = deflate_parts(z, parts, n);
	if (r < 0)
		return r;
	take_output(z, out);
	out->len -= TAIL_SIZE;
	return 0;
}

/* --- messages, in --- */

#define INFLATE_STEP 16384 /* bytes of room at a time; the buffer's growth is its own affair */
#define AT_BORDER 128      /* of z.data_type: no block is open and no bit is left over */

struct net_inflater {
	z_stream z;
	bool ready; /* z is */
};

struct net_inflater *net_inflater_new(void)
{
	return calloc(1, sizeof(struct net_inflater));
}

void net_inflater_free(struct net_inflater *inflater)
{
	if (!inflater)
		return;
	if (inflater->ready)
		inflateEnd(&inflater->z);
	free(inflater);
}

/* Inflates until bytes are used up. 0, an enum net_inflate, or -ENOMEM. */
static int inflate_some(z_stream *z, struct fr_str bytes, size_t end, struct fr_buf *out)
{
	set_input(z, bytes);
	do {
		size_t room = end - out->len < INFLATE_STEP ? end - out->len : INFLATE_STEP;
		int rc = fr_buf_reserve(out, room + 1); /* one more, to see that it is too much */

		if (rc < 0)
			return rc;
		set_output(z, out);
		if (z->avail_out > room + 1)
			z->avail_out = (uInt)room + 1;
		rc = inflate(z, Z_SYNC_FLUSH);
		take_output(z, out);
		if (rc == Z_STREAM_END) /* a last block (BFINAL); more may follow, §7.2.3.4 */
			inflateReset(z);
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			return rc == Z_MEM_ERROR ? -ENOMEM : NET_INFLATE_BAD;
		if (out->len > end)
			return NET_INFLATE_TOO_LARGE;
	} while (z->avail_in || z->avail_out == 0);
	return 0;
}

int net_inflate(struct net_inflater *inflater, struct fr_str bytes, size_t max, struct fr_buf *out)
{
	const struct fr_str tail = FR_STR("\x00\x00\xff\xff");
	z_stream *z = &inflater->z;
	size_t end = out->len + max;
	int r;

	if (bytes.len > BYTES_MAX)
		return NET_INFLATE_TOO_LARGE;
	if (!inflater->ready && inflateInit2(z, -NET_WINDOW_MAX) != Z_OK)
		return -ENOMEM;
	inflater->ready = true;
	if (inflateReset(z) != Z_OK)
		return -ENOMEM;
	r = inflate_some(z, bytes, end, out);
	if (r == 0)
		r = inflate_some(z, tail, end, out);
	if (out->len > end)
		out->len = end; /* the byte beyond has told all it can */
	if (r == 0 && z->data_type != AT_BORDER)
		r = NET_INFLATE_BAD;
	return r;
}

/* gzip, in one call. */
#include "net/deflate.h"

#include <errno.h>
#define ZLIB_CONST
#include <zlib.h>

#define GZIP_WINDOW (15 + 16)       /* the largest window; 16 asks for gzip's framing */
#define BYTES_MAX ((size_t)1 << 30) /* zlib counts in unsigned int */

int net_gzip(struct fr_buf *out, struct fr_str bytes, int level)
{
	z_stream z = {0};
	int rc;

	if (bytes.len > BYTES_MAX ||
	    deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	z.next_in = (const Bytef *)bytes.at;
	z.avail_in = (uInt)bytes.len;
	z.avail_out = (uInt)deflateBound(&z, z.avail_in); /* so that one call suffices */
	rc = fr_buf_reserve(out, z.avail_out);
	if (rc == 0) {
		z.next_out = (Bytef *)out->at + out->len;
		rc = deflate(&z, Z_FINISH) == Z_STREAM_END ? 0 : -ENOMEM;
	}
	if (rc == 0)
		out->len += z.total_out;
	deflateEnd(&z);
	return rc;
}

#include "app/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/body.h"

struct files {
	char *root; /* absolute, without symbolic links */
	size_t root_len;
};

struct file {
	int fd;
	uint64_t size;
	char etag[48];
	char modified[40];
	time_t mtime;
};

struct files *files_new(const char *root)
{
	struct files *files = calloc(1, sizeof(*files));
	struct stat st;

	if (!files)
		return NULL;
	files->root = realpath(root, NULL);
	if (!files->root || stat(files->root, &st) < 0)
		goto fail;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		goto fail;
	}
	files->root_len = strlen(files->root);
	return files;
fail:
	files_free(files);
	return NULL;
}

void files_free(struct files *files)
{
	if (!files)
		return;
	free(files->root);
	free(files);
}

struct fr_str files_type(struct fr_str path)
{
	static const struct {
		struct fr_str ending, type;
	} types[] = {
		{FR_STR_INIT(".html"), FR_STR_INIT("text/html; charset=utf-8")},
		{FR_STR_INIT(".js"), FR_STR_INIT("text/javascript; charset=utf-8")},
		{FR_STR_INIT(".mjs"), FR_STR_INIT("text/javascript; charset=utf-8")},
		{FR_STR_INIT(".css"), FR_STR_INIT("text/css; charset=utf-8")},
		{FR_STR_INIT(".json"), FR_STR_INIT("application/json; charset=utf-8")},
		{FR_STR_INIT(".map"), FR_STR_INIT("application/json; charset=utf-8")},
		{FR_STR_INIT(".webmanifest"), FR_STR_INIT("application/manifest+json")},
		{FR_STR_INIT(".svg"), FR_STR_INIT("image/svg+xml")},
		{FR_STR_INIT(".png"), FR_STR_INIT("image/png")},
		{FR_STR_INIT(".jpg"), FR_STR_INIT("image/jpeg")},
		{FR_STR_INIT(".jpeg"), FR_STR_INIT("image/jpeg")},
		{FR_STR_INIT(".gif"), FR_STR_INIT("image/gif")},
		{FR_STR_INIT(".webp"), FR_STR_INIT("image/webp")},
		{FR_STR_INIT(".ico"), FR_STR_INIT("image/x-icon")},
		{FR_STR_INIT(".woff2"), FR_STR_INIT("font/woff2")},
		{FR_STR_INIT(".woff"), FR_STR_INIT("font/woff")},
		{FR_STR_INIT(".mp3"), FR_STR_INIT("audio/mpeg")},
		{FR_STR_INIT(".mp4"), FR_STR_INIT("video/mp4")},
		{FR_STR_INIT(".xml"), FR_STR_INIT("application/xml; charset=utf-8")},
		{FR_STR_INIT(".txt"), FR_STR_INIT("text/plain; charset=utf-8")},
		{FR_STR_INIT(".md"), FR_STR_INIT("text/markdown; charset=utf-8")},
	};

	for (size_t i = 0; i < FR_ARRAY_LEN(types); i++) {
		size_t n = types[i].ending.len;

		if (path.len >= n &&
		    fr_str_caseeq(fr_str(path.at + path.len - n, n), types[i].ending))
			return types[i].type;
	}
	return FR_STR("application/octet-stream");
}

/* --- finding --- */

/* No segment of the path is empty or begins with a dot, which leaves no way up either. */
static bool is_plain(struct fr_str path)
{
	if (memchr(path.at, '\0', path.len))
		return false;
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] == '/' && i + 1 < path.len &&
		    (path.at[i + 1] == '.' || path.at[i + 1] == '/'))
			return false;
	return true;
}

/* The file's real name, or NULL; symbolic links may not lead out of the folder. */
static char *resolve(const struct files *files, struct fr_str path)
{
	char joined[PATH_MAX];
	char *real;
	int n = snprintf(joined, sizeof(joined), "%s%.*s", files->root, FR_STR_ARG(path));

	if (n < 0 || (size_t)n >= sizeof(joined))
		return NULL;
	real = realpath(joined, NULL);
	if (real &&
	    (strncmp(real, files->root, files->root_len) != 0 || real[files->root_len] != '/')) {
		free(real);
		return NULL;
	}
	return real;
}

static bool file_open(const struct files *files, struct fr_str path, struct file *file)
{
	char *name = is_plain(path) ? resolve(files, path) : NULL;
	struct stat st;
	struct tm tm;

	if (!name)
		return false;
	/* Nonblocking, since a FIFO in the folder must not stop the loop. */
	file->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	free(name);
	if (file->fd < 0)
		return false;
	if (fstat(file->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(file->fd);
		return false;
	}
	file->size = (uint64_t)st.st_size;
	file->mtime = st.st_mtim.tv_sec;
	snprintf(file->etag, sizeof(file->etag), "\"%" PRIx64 "-%" PRIx64 "\"",
		 (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec,
		 file->size);
	gmtime_r(&file->mtime, &tm);
	strftime(file->modified, sizeof(file->modified), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return true;
}

/* --- conditions and ranges --- */

static bool not_modified(const struct httpd_request *request, const struct file *file)
{
	struct fr_str etags = httpd_request_header(request, FR_STR("If-None-Match"));
	struct fr_str since = httpd_request_header(request, FR_STR("If-Modified-Since"));
	char date[64];
	struct tm tm = {0};

	if (etags.at)
		return body_etag_matches(etags, fr_str_of(file->etag));
	if (!since.at || since.len >= sizeof(date))
		return false;
	snprintf(date, sizeof(date), "%.*s", FR_STR_ARG(since));
	return strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm) && file->mtime <= timegm(&tm);
}

enum files_range files_range(struct fr_str header, uint64_t size, uint64_t *from, uint64_t *to)
{
	struct fr_str first, last;
	uint64_t a = 0, b = 0;
	size_t dash;

	if (!fr_str_starts(header, FR_STR("bytes=")))
		return FILES_RANGE_NONE;
	header = fr_str(header.at + 6, header.len - 6);
	dash = fr_str_find(header, '-');
	if (dash == header.len)
		return FILES_RANGE_NONE;
	first = fr_str(header.at, dash);
	last = fr_str(header.at + dash + 1, header.len - dash - 1);
	if ((first.len && !fr_str_u64(first, &a)) || (last.len && !fr_str_u64(last, &b)) ||
	    (!first.len && !last.len))
		return FILES_RANGE_NONE;
	if (!first.len) { /* the last b bytes */
		*from = b < size ? size - b : 0;
		*to = size - 1;
		return b > 0 && size > 0 ? FILES_RANGE_OK : FILES_RANGE_BEYOND;
	}
	if (last.len && b < a)
		return FILES_RANGE_NONE;
	if (a >= size)
		return FILES_RANGE_BEYOND;
	*from = a;
	*to = last.len && b < size ? b : size - 1;
	return FILES_RANGE_OK;
}

static enum files_range range_of(const struct httpd_request *request, const struct file *file,
				 uint64_t *from, uint64_t *to)
{
	struct fr_str header = httpd_request_header(request, FR_STR("Range"));
	struct fr_str condition = httpd_request_header(request, FR_STR("If-Range"));

	if (!header.at || (condition.at && !fr_str_eq(condition, fr_str_of(file->etag))))
		return FILES_RANGE_NONE;
	return files_range(header, file->size, from, to);
}

/* --- answering --- */

static struct net_chunk *read_part(const struct file *file, uint64_t from, uint64_t n)
{
	struct net_chunk *chunk = net_chunk_new((size_t)n);
	size_t done = 0;

	while (chunk && done < n) {
		ssize_t got = pread(file->fd, chunk->bytes + done, (size_t)n - done,
				    (off_t)(from + done));

		if (got > 0) {
			done += (size_t)got;
		} else if (got == 0 || errno != EINTR) { /* cut short meanwhile, or unreadable */
			net_chunk_unref(chunk);
			return NULL;
		}
	}
	return chunk;
}

static void respond_range(struct httpd_exchange *exchange, const struct file *file,
			  struct httpd_response *response, char *headers, size_t headers_size)
{
	uint64_t from = 0, to = file->size - 1;
	enum files_range range = range_of(&exchange->request, file, &from, &to);
	size_t n = strlen(headers);

	if (range == FILES_RANGE_BEYOND) {
		snprintf(headers + n, headers_size - n, "Content-Range: bytes */%" PRIu64 "\r\n",
			 file->size);
		response->status = 416;
		response->headers = fr_str_of(headers);
		httpd_exchange_respond(exchange, response);
		return;
	}
	if (range == FILES_RANGE_OK) {
		snprintf(headers + n, headers_size - n,
			 "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n", from, to,
			 file->size);
		response->status = 206;
	}
	response->headers = fr_str_of(headers);
	response->chunk = read_part(file, from, file->size ? to - from + 1 : 0);
	if (response->chunk)
		httpd_exchange_respond(exchange, response);
	else
		httpd_exchange_error(exchange, 500, FR_STR("the file cannot be read"));
	net_chunk_unref(response->chunk);
}

void files_serve(void *ctx, struct httpd_exchange *exchange)
{
	const struct files *files = ctx;
	const struct httpd_request *request = &exchange->request;
	struct fr_str path = fr_str_eq(request->path, FR_STR("/")) ? FR_STR("/index.html")
								   : request->path;
	struct httpd_response response = {.status = 200, .type = files_type(path)};
	char headers[320];
	struct file file;

	if (!(request->method & (HTTPD_GET | HTTPD_HEAD))) {
		httpd_exchange_refuse_method(exchange, HTTPD_GET | HTTPD_HEAD);
		return;
	}
	if (!file_open(files, path, &file)) {
		httpd_exchange_error(exchange, 404, FR_STR_NULL);
		return;
	}
	snprintf(headers, sizeof(headers),
		 "ETag: %s\r\nLast-Modified: %s\r\nAccept-Ranges: bytes\r\nCache-Control: "
		 "no-cache\r\n",
		 file.etag, file.modified);
	if (not_modified(request, &file)) {
		response.status = 304;
		response.headers = fr_str_of(headers);
		httpd_exchange_respond(exchange, &response);
	} else {
		respond_range(exchange, &file, &response, headers, sizeof(headers));
	}
	close(file.fd);
}

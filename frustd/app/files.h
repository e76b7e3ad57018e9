/*
 * A folder served as the site (--dev, --web-root). For development and small sites: files are read
 * on the loop's thread. Names beginning with a dot, directories and whatever leads out of the
 * folder are not there.
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "httpd/server.h"

struct files;

/* NULL with errno when root is no folder that can be read. */
struct files *files_new(const char *root) FR_MUST_CHECK;
/* Takes NULL. */
void files_free(struct files *files);
/* Answers a request for a file; an httpd_handler_fn with the files as ctx. */
void files_serve(void *files, struct httpd_exchange *exchange);

/* "bytes=…" over a file of size bytes, one range (RFC 9110 §14). */
enum files_range {
	FILES_RANGE_NONE,   /* not a range that we serve: send the whole */
	FILES_RANGE_OK,     /* *from up to and including *to */
	FILES_RANGE_BEYOND, /* 416 */
};
enum files_range files_range(struct fr_str header, uint64_t size, uint64_t *from, uint64_t *to);
/* The Content-Type by the name's ending. */
struct fr_str files_type(struct fr_str path);

#endif

/* The page's files as the build embedded them (frustd/web): immutable bytes for the program's life.
 */
#ifndef APP_ASSETS_H
#define APP_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *path, *type;
	const char *etag; /* of the plain form, without quotes */
	const unsigned char *plain;
	size_t plain_size;
	const unsigned char *gzip; /* NULL: not worth it */
	size_t gzip_size;
	bool immutable; /* named by its content: what stands under this path never changes */
	bool page;      /* a document, which has a Content-Security-Policy */
	bool shared;    /* pages of other sites may load it */
};

/* Ends with one whose path is NULL; only that one when frustd was built without the page. */
extern const struct asset page_assets[];
/* The official client's script, which the official servers serve beside their endpoint. */
extern const struct asset client_assets[];

#endif

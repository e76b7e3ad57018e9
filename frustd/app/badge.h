/* /badge.svg: today's presses as a small picture, for other pages. */
#ifndef APP_BADGE_H
#define APP_BADGE_H

#include "app/board.h"
#include "app/text.h"
#include "httpd/server.h"

struct badge;

/* Adds the route; the board outlives the server's last request. NULL: no memory. */
struct badge *badge_new(struct httpd_server *httpd, const struct board *board,
			enum text_lang lang) FR_MUST_CHECK;
/* Takes NULL. */
void badge_free(struct badge *badge);

/* Appends the picture for that many presses. */
void badge_add_svg(struct fr_buf *out, enum text_lang lang, int64_t clicks);

#endif

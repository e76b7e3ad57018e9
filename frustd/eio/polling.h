/* Requests on a session that polls. */
#ifndef EIO_POLLING_H
#define EIO_POLLING_H

#include "eio/internal.h"

/* Each answers the exchange, now or later. A session that is KEPT may be freed in it. */
void eio_polling_get(struct eio_session *session, struct httpd_exchange *exchange);
void eio_polling_post(struct eio_session *session, struct httpd_exchange *exchange);
/* Frees one that is KEPT. */
void eio_polling_forget(struct eio_session *session);
/* Answers the waiting GET, if there is one, with that packet alone. */
void eio_polling_release(struct eio_session *session, enum eio_type type);

#endif

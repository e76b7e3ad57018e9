/*
 * Polling for pages that can only load scripts: answers are calls of a function, requests are
 * forms. Everything else is as in polling with text payloads.
 */
#ifndef EIO_JSONP_H
#define EIO_JSONP_H

#include "httpd/exchange.h"

/*
 * The request's `j`, which names the function: false when there is none. One that is no number of
 * at most 18 digits makes *index EIO_JSONP_BAD.
 */
bool eio_jsonp_index(const struct httpd_request *request, struct fr_buf *scratch, uint64_t *index);
#define EIO_JSONP_BAD UINT64_MAX

/* Appends ___eio[index]("payload"); */
void eio_jsonp_wrap(struct fr_buf *out, uint64_t index, struct fr_str payload);
/* Whether a body is a form with the payload in its field d. */
bool eio_jsonp_is_form(struct fr_str body);
/* Appends that field's payload, in which \n stands for a newline and \\n for \n. */
void eio_jsonp_unwrap(struct fr_buf *out, struct fr_str form);

#endif

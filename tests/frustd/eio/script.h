/*
 * Conversations with an Engine.IO server as scripts: real HTTP and WebSocket layers over
 * connections in memory, a clock that the script moves. One line is one step, after which the
 * server has turned until nothing moves any more:
 *
 *     a GET <query>             a request on connection a (a to h, opened when first named)
 *     a GET <query> | <header>  with a further header line; several with more bars
 *     a POST <query> | <body>   a body that begins with "hex:" is given in hexadecimal
 *     a BEGIN <query> | <header>   the head of a POST alone; its body follows as raw
 *     a <method> <query>        any other method, without a body
 *     a WS <query>              a request for a WebSocket
 *     a text <data>             the peer's frames, masked; also bin <hex>, ping <data>,
 *     a close <code>            close without a code when there is none
 *     a deflated <data>         the peer's text frame, compressed (RFC 7692)
 *     a raw <hex>               bytes as they are
 *     a eof, a reset            the peer's end
 *     a window <n>|all          how much the peer takes from now on
 *     a < <status> <body>       the next response, the body as in POST; "*" is any body
 *     a has <line>              a header line of that response
 *     a < 101                   the WebSocket's opening
 *     a < text <data>           the server's frames; also bin, pong, close
 *     a < deflated <window> <data>   a compressed text frame that takes that window to inflate
 *     a < frames <n>            n frames, whatever they hold
 *     a < end                   the server has ended the stream
 *     wait <ms>                 time passes
 *     up <event>                what the layer above saw next:
 *                               open <session>, <session> text <data>, <session> bin <hex>,
 *                               close <session> <reason>, notice <kind> <text>; the
 *                               text goes on with "of <address>" if that is not the socket's
 *     send <session> <data>     the layer above acts; also sendbin <session> <hex>, end, fail,
 *                               follow <session> A (or B), unfollow <session>,
 *                               broadcast A <data>, fill A <n> <bytes> (n messages), shutdown
 *     unfinished <n>            what eio_server_unfinished says
 *     census <n> <n> <n> <n> <bytes>   polling sessions of revision 3 and 4, WebSockets of 3 and
 *                               4, and what waits for them all
 *     upgrades <n> <n>          how many were carried out, and given up
 *     on open|message|close <action>   acts from inside that callback; <action> as above with
 *                               "*" for the session; "none" stops that
 *
 * Sessions are numbered by their opening; $1 in a line is the first one's sid. At the end nothing
 * may be left that the script did not look at: responses, frames or events.
 */
#ifndef TESTS_EIO_SCRIPT_H
#define TESTS_EIO_SCRIPT_H

#include "eio/server.h"

/* Runs the lines, NULL at their end; options NULL: script_options. */
void script_run(const char *const *lines, const struct eio_options *options);
/* The defaults, with small sizes. */
struct eio_options script_options(void);

#define SCRIPT(...) script_run((const char *const[]){__VA_ARGS__, NULL}, NULL)

#endif

/*
 * Where a server listens: an address with its port, or a Unix socket's path. A plain value; the
 * sockets made here belong to the caller.
 */
#ifndef NET_PLACE_H
#define NET_PLACE_H

#include "base/attr.h"
#include "net/address.h"

#define NET_PATH_SIZE 108 /* of struct sockaddr_un, with the NUL */

struct net_place {
	struct net_address address;
	char path[NET_PATH_SIZE]; /* of NET_UNIX, else empty */
};

#define NET_PLACE_TEXT (NET_PATH_SIZE + 5)
/* As net_address_text, or "unix:" and the path. */
void net_place_text(const struct net_place *place, char out[NET_PLACE_TEXT]);
/* What net_address_parse takes, or "unix:PATH"; false for anything else. */
bool net_place_parse(struct fr_str text, struct net_place *out);
/* Whether who asked for `asked` is content with `place`: they are the same, or the same but for a
 * port that was left to the system. */
bool net_place_fits(const struct net_place *place, const struct net_place *asked);

/*
 * A socket that listens there (with SO_REUSEADDR), or a negative errno.
 * "[::]" takes IPv4 peers too. A Unix socket's file gets the mode, whatever the umask is; one that
 * nobody listens on any more is replaced, anything else at its path is left alone (-EADDRINUSE).
 */
int net_place_listen(const struct net_place *place, unsigned mode) FR_MUST_CHECK;
/* Where a socket listens: 0, or a negative errno, -EINVAL when it is no stream socket that does. */
int net_place_of(int fd, struct net_place *place) FR_MUST_CHECK;

#endif

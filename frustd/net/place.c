/* Sockets to listen on, and the files of Unix sockets. */
#include "net/place.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

union socket_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

void net_place_text(const struct net_place *place, char out[NET_PLACE_TEXT])
{
	if (place->address.family == NET_UNIX)
		snprintf(out, NET_PLACE_TEXT, "unix:%s", place->path);
	else
		net_address_text(&place->address, out);
}

bool net_place_parse(struct fr_str text, struct net_place *out)
{
	const struct fr_str prefix = FR_STR("unix:");
	struct net_place place = {0};

	if (!fr_str_starts(text, prefix)) {
		if (!net_address_parse(text, &place.address))
			return false;
		*out = place;
		return true;
	}
	text = fr_str_skip(text, prefix.len);
	if (text.len == 0 || text.len >= sizeof(place.path) || memchr(text.at, '\0', text.len))
		return false;
	place.address.family = NET_UNIX;
	memcpy(place.path, text.at, text.len);
	*out = place;
	return true;
}

bool net_place_fits(const struct net_place *place, const struct net_place *asked)
{
	const struct net_address *a = &place->address, *b = &asked->address;

	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0 &&
	       (a->port == b->port || b->port == 0) && strcmp(place->path, asked->path) == 0;
}

static socklen_t to_socket(const struct net_place *place, union socket_address *out)
{
	const struct net_address *address = &place->address;

	*out = (union socket_address){0};
	if (address->family == NET_UNIX) {
		out->un.sun_family = AF_UNIX;
		memcpy(out->un.sun_path, place->path, sizeof(out->un.sun_path));
		return sizeof(out->un);
	}
	if (address->family == NET_IPV6) {
		out->in6.sin6_family = AF_INET6;
		out->in6.sin6_port = htons(address->port);
		memcpy(&out->in6.sin6_addr, address->bytes, 16);
		return sizeof(out->in6);
	}
	out->in.sin_family = AF_INET;
	out->in.sin_port = htons(address->port);
	memcpy(&out->in.sin_addr, address->bytes, 4);
	return sizeof(out->in);
}

/* "[::]" takes IPv4 peers too, whatever the system's default is. */
static int set_options(int fd, int family)
{
	const int on = 1, off = 0;

	if (family == AF_UNIX)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return -1;
	return family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off))
				  : 0;
}

/* Removes the file of a socket that nobody listens on any more. */
static int remove_stale(const union socket_address *at, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct stat file;
	bool stale;

	if (fd < 0)
		return -1;
	/* A file that is no socket refuses too. */
	stale = connect(fd, &at->any, len) < 0 && errno == ECONNREFUSED &&
		lstat(at->un.sun_path, &file) == 0 && S_ISSOCK(file.st_mode);
	close(fd);
	if (stale)
		return unlink(at->un.sun_path);
	errno = EADDRINUSE;
	return -1;
}

/* The mode is the socket's before it has a file, so that the file is never more open than that;
 * then the file's once more, for what the umask took away. */
static int bind_unix(int fd, const union socket_address *at, socklen_t len, mode_t mode)
{
	if (fchmod(fd, mode) < 0)
		return -1;
	if (bind(fd, &at->any, len) < 0 &&
	    (errno != EADDRINUSE || remove_stale(at, len) < 0 || bind(fd, &at->any, len) < 0))
		return -1;
	return chmod(at->un.sun_path, mode);
}

int net_place_listen(const struct net_place *place, unsigned mode)
{
	union socket_address at;
	socklen_t len = to_socket(place, &at);
	int family = at.any.sa_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	if (set_options(fd, family) < 0 ||
	    (family == AF_UNIX ? bind_unix(fd, &at, len, mode) : bind(fd, &at.any, len)) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

/* Not unmapped: "[::]" and what is bound to a mapped address stay what they are. */
int net_place_of(int fd, struct net_place *out)
{
	struct net_place place = {0};
	union socket_address at = {0};
	int type = 0, listens = 0;
	socklen_t len = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0)
		return -errno;
	if (type != SOCK_STREAM || !listens)
		return -EINVAL;
	len = sizeof(at) - 1; /* the path stays NUL-terminated */
	if (getsockname(fd, &at.any, &len) < 0)
		return -errno;
	if (at.any.sa_family == AF_UNIX) {
		place.address.family = NET_UNIX;
		memcpy(place.path, at.un.sun_path, sizeof(place.path) - 1);
	} else if (at.any.sa_family == AF_INET6) {
		place.address.family = NET_IPV6;
		place.address.port = ntohs(at.in6.sin6_port);
		memcpy(place.address.bytes, &at.in6.sin6_addr, 16);
	} else if (at.any.sa_family == AF_INET) {
		place.address.family = NET_IPV4;
		place.address.port = ntohs(at.in.sin_port);
		memcpy(place.address.bytes, &at.in.sin_addr, 4);
	} else {
		return -EINVAL;
	}
	*out = place;
	return 0;
}

/* The address of a peer or a listener: IPv4, IPv6 or a Unix socket. A plain value. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/attr.h"
#include "base/str.h"

enum FR_BYTE net_family { NET_NONE, NET_IPV4, NET_IPV6, NET_UNIX };

struct net_address {
	enum net_family family;
	uint16_t port;
	uint8_t bytes[16]; /* IPv4 in the first four; an IPv4-mapped IPv6 address becomes NET_IPV4
			    */
};

#define NET_ADDRESS_TEXT 56
/* "127.0.0.1:80", "[::1]:80", "unix" or "-"; without ":port" (and brackets) when port is 0.
 * NUL-terminated. */
void net_address_text(const struct net_address *address, char out[NET_ADDRESS_TEXT]);
/* "ADDR:PORT" or "[ADDR6]:PORT", numeric; false for anything else. */
bool net_address_parse(struct fr_str text, struct net_address *out);
/* An address alone, without a port (as X-Forwarded-For has it). */
bool net_address_parse_host(struct fr_str text, struct net_address *out);
/* Turns an IPv4-mapped IPv6 address (::ffff:0:0/96) into the IPv4 address; leaves others alone. */
void net_address_unmap(struct net_address *address);
/* 127.0.0.0/8, ::1 and Unix sockets. */
bool net_address_local(const struct net_address *address);

/* A network: an address and how many of its leading bits count. */
struct net_cidr {
	struct net_address address;
	unsigned bits;
};

/* "10.0.0.0/8", "fd00::/8" or a single address; false for anything else. */
bool net_cidr_parse(struct fr_str text, struct net_cidr *out);
bool net_cidr_has(const struct net_cidr *cidr, const struct net_address *address);
/* On this machine, or in one of the networks. */
bool net_address_trusted(const struct net_address *address, const struct net_cidr *networks,
			 size_t n);

#endif

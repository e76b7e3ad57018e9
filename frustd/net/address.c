/* Addresses as text, and back. */
#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t loopback6[16] = {[15] = 1};
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

void net_address_text(const struct net_address *address, char out[NET_ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "unix";
	bool six = address->family == NET_IPV6;
	bool port = address->port && address->family != NET_UNIX;

	if (address->family == NET_NONE)
		host[0] = '-', host[1] = '\0';
	else if (address->family != NET_UNIX)
		inet_ntop(six ? AF_INET6 : AF_INET, address->bytes, host, sizeof(host));
	if (port)
		snprintf(out, NET_ADDRESS_TEXT, six ? "[%s]:%u" : "%s:%u", host, address->port);
	else
		snprintf(out, NET_ADDRESS_TEXT, "%s", host);
}

bool net_address_parse_host(struct fr_str text, struct net_address *out)
{
	struct net_address address = {0};
	char host[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(host) || memchr(text.at ? text.at : "", '\0', text.len))
		return false;
	memcpy(host, text.at ? text.at : "", text.len);
	host[text.len] = '\0';
	if (inet_pton(AF_INET, host, address.bytes) == 1) {
		address.family = NET_IPV4;
	} else if (inet_pton(AF_INET6, host, address.bytes) == 1) {
		address.family = NET_IPV6;
		net_address_unmap(&address);
	} else {
		return false;
	}
	*out = address;
	return true;
}

void net_address_unmap(struct net_address *address)
{
	if (address->family != NET_IPV6 || memcmp(address->bytes, mapped, sizeof(mapped)) != 0)
		return;
	address->family = NET_IPV4;
	memmove(address->bytes, address->bytes + sizeof(mapped), 4);
	memset(address->bytes + 4, 0, sizeof(address->bytes) - 4);
}

bool net_address_parse(struct fr_str text, struct net_address *out)
{
	struct net_address address;
	struct fr_str host = text;
	size_t colon = text.len;
	uint64_t port;

	while (colon > 0 && text.at[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return false;
	host.len = colon - 1;
	if (host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = fr_str(host.at + 1, host.len - 2);
	else if (memchr(host.at, ':', host.len))
		return false; /* an IPv6 address needs its brackets */
	if (!fr_str_u64(fr_str(text.at + colon, text.len - colon), &port) || port > UINT16_MAX)
		return false;
	if (!net_address_parse_host(host, &address))
		return false;
	address.port = (uint16_t)port;
	*out = address;
	return true;
}

bool net_address_local(const struct net_address *address)
{
	switch (address->family) {
	case NET_UNIX:
		return true;
	case NET_IPV4:
		return address->bytes[0] == 127;
	case NET_IPV6:
		return memcmp(address->bytes, loopback6, sizeof(loopback6)) == 0;
	case NET_NONE:
		break;
	}
	return false;
}

bool net_cidr_parse(struct fr_str text, struct net_cidr *out)
{
	size_t slash = fr_str_find(text, '/');
	struct net_cidr cidr;
	unsigned most;
	uint64_t bits;

	if (!net_address_parse_host(fr_str(text.at, slash), &cidr.address))
		return false;
	most = cidr.address.family == NET_IPV4 ? 32 : 128;
	bits = most;
	if (slash < text.len && !fr_str_u64(fr_str_skip(text, slash + 1), &bits))
		return false;
	if (bits > most)
		return false;
	cidr.bits = (unsigned)bits;
	*out = cidr;
	return true;
}

bool net_cidr_has(const struct net_cidr *cidr, const struct net_address *address)
{
	const uint8_t *a = cidr->address.bytes, *b = address->bytes;
	size_t whole = cidr->bits / 8;
	unsigned rest = cidr->bits % 8;

	if (cidr->address.family != address->family || memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool net_address_trusted(const struct net_address *address, const struct net_cidr *networks,
			 size_t n)
{
	if (net_address_local(address))
		return true;
	for (size_t i = 0; i < n; i++)
		if (net_cidr_has(&networks[i], address))
			return true;
	return false;
}

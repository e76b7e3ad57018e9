/* net/address: what is read is written so that it is read as the same. */
#include "net/address.h"

#include "fuzz/fuzz.h"

static struct fr_str text_of(const struct net_address *address, char out[NET_ADDRESS_TEXT])
{
	memset(out, '!', NET_ADDRESS_TEXT);
	net_address_text(address, out);
	FUZZ_CHECK(memchr(out, '\0', NET_ADDRESS_TEXT) != NULL);
	return fr_str_of(out);
}

static void check_read(const struct net_address *address)
{
	FUZZ_CHECK(address->family == NET_IPV4 || address->family == NET_IPV6);
	for (size_t i = 4; i < sizeof(address->bytes) && address->family == NET_IPV4; i++)
		FUZZ_CHECK(address->bytes[i] == 0);
}

static void check_same(const struct net_address *a, const struct net_address *b)
{
	FUZZ_CHECK(a->family == b->family && a->port == b->port);
	FUZZ_CHECK(memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0);
	FUZZ_CHECK(net_address_local(a) == net_address_local(b));
}

static void check_host(struct fr_str text)
{
	struct net_address address = {.port = 7}, again = {0};
	char out[NET_ADDRESS_TEXT];

	if (!net_address_parse_host(text, &address)) {
		FUZZ_CHECK(address.port == 7);
		return;
	}
	check_read(&address);
	FUZZ_CHECK(address.port == 0);
	FUZZ_CHECK(net_address_parse_host(text_of(&address, out), &again));
	check_same(&address, &again);
}

static void check_whole(struct fr_str text)
{
	struct net_address address = {.port = 7}, again = {0};
	char out[NET_ADDRESS_TEXT];

	if (!net_address_parse(text, &address))
		return;
	check_read(&address);
	text_of(&address, out);
	if (address.port)
		FUZZ_CHECK(net_address_parse(fr_str_of(out), &again));
	else
		FUZZ_CHECK(net_address_parse_host(fr_str_of(out), &again));
	check_same(&address, &again);
}

/* Sixteen bytes as an address, whatever they are. */
static void check_bytes(const uint8_t *data, size_t size)
{
	struct net_address address = {.family = NET_IPV6, .port = 80}, again = {0};
	char out[NET_ADDRESS_TEXT];

	memcpy(address.bytes, data, size < 16 ? size : 16);
	net_address_unmap(&address);
	check_read(&address);
	FUZZ_CHECK(net_address_parse(text_of(&address, out), &again));
	check_same(&address, &again);
}

/* A network holds its own address, and none that differs within its bits. */
static void check_network(struct fr_str text)
{
	struct net_cidr cidr;
	struct net_address other;

	if (!net_cidr_parse(text, &cidr))
		return;
	check_read(&cidr.address);
	FUZZ_CHECK(cidr.bits <= (cidr.address.family == NET_IPV4 ? 32 : 128));
	FUZZ_CHECK(net_cidr_has(&cidr, &cidr.address));
	for (unsigned bit = 0; bit < (cidr.address.family == NET_IPV4 ? 32 : 128); bit++) {
		other = cidr.address;
		other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		FUZZ_CHECK(net_cidr_has(&cidr, &other) == (bit >= cidr.bits));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);

	check_host(text);
	check_whole(text);
	check_network(text);
	check_bytes((const uint8_t *)text.at, text.len);
	return 0;
}

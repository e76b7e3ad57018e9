/*
 * net/log against an endless array in which every position keeps its byte: a reader sees every byte
 * or learns that it is late. Each pair of input bytes is a turn.
 */
#include "net/log.h"

#include "fuzz/fuzz.h"

#define SIZE 64
#define READERS 4
#define WRITTEN_MAX 65536

struct reader {
	uint64_t pos;
	size_t read; /* bytes, gaps left out */
};

struct model {
	struct net_log log;
	uint8_t bytes[WRITTEN_MAX]; /* by the count of bytes written */
	size_t written;
	struct reader readers[READERS];
};

static void write_record(struct model *m, size_t reserved, size_t n)
{
	uint8_t *at = net_log_reserve(&m->log, reserved);

	if (n > reserved)
		n = reserved;
	for (size_t i = 0; i < reserved; i++)
		at[i] = (uint8_t)(m->written + 3 * i);
	memcpy(m->bytes + m->written, at, n);
	net_log_commit(&m->log, n);
	m->written += n;
}

/* Reads at most `most` slices, the last of them only in part. */
static void read_on(struct model *m, struct reader *r, unsigned most, size_t part)
{
	const uint8_t *data;
	size_t n;

	while (most-- > 0 && (n = net_log_slice(&m->log, &r->pos, m->log.head, &data)) > 0) {
		if (most == 0 && part < n)
			n = part;
		FUZZ_CHECK(data >= m->log.bytes && data + n <= m->log.bytes + SIZE);
		FUZZ_CHECK(r->read + n <= m->written);
		FUZZ_CHECK(memcmp(data, m->bytes + r->read, n) == 0);
		r->pos += n;
		r->read += n;
	}
	if (r->pos == m->log.head)
		FUZZ_CHECK(r->read == m->written);
}

static void turn(struct model *m, uint8_t what, uint8_t how)
{
	struct reader *r = &m->readers[what % READERS];

	switch (what >> 6) {
	case 0:
		write_record(m, how % (SIZE / 4 + 1), what & 63);
		break;
	case 1:
		if (net_log_holds(&m->log, r->pos))
			read_on(m, r, 1 + (how & 3), how >> 2);
		else
			*r = (struct reader){m->log.head, m->written};
		break;
	case 2:
		write_record(m, SIZE / 4, how % (SIZE / 4 + 1));
		break;
	default:
		if (net_log_holds(&m->log, r->pos)) {
			read_on(m, r, 1000, SIZE);
			FUZZ_CHECK(r->read == m->written);
		}
	}
	/* A window is never smaller than half the ring. */
	FUZZ_CHECK(m->log.head - m->log.tail <= SIZE);
	FUZZ_CHECK(!net_log_holds(&m->log, m->log.head + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model m;
	struct fr_str input = fuzz_input(data, size);

	m.written = 0;
	memset(m.readers, 0, sizeof(m.readers));
	FUZZ_CHECK(net_log_init(&m.log, SIZE) == 0);
	while (input.len && m.written + SIZE < WRITTEN_MAX) {
		uint8_t what = fuzz_byte(&input);

		turn(&m, what, fuzz_byte(&input));
	}
	net_log_fini(&m.log);
	return 0;
}

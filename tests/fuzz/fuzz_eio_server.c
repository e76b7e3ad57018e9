/*
 * A whole Engine.IO server in conversation (talk.h), both revisions and transports, against a
 * model: each session gets what was sent to it and broadcast while it followed, in that order,
 * nothing twice and nothing left out; every session has one beginning and one end. Lines of the
 * layer above:
 *
 *     .s<n> <data>   sends text to session n; S: binary
 *     .F<n><l>       session n follows broadcast l (A or B); U<n>: none
 *     .b<l> <data>   broadcasts; .l<l> <bytes>: a message of that size
 *     .e<n>, .f<n>   ends the session; as a failure
 *     .X             shuts the server down
 *     .h<n>          the server takes n µs from now on, wherever it looks at the clock
 *
 * A message that begins with '!' has the rest done from inside its callback; a line ".on…" from
 * inside the next on_open, ".off…" from inside the next on_close.
 */
#include "base/utf8.h"
#include "eio/broadcast.h"
#include "eio/server.h"
#include "fuzz/random.h"
#include "fuzz/talk.h"

#define LINES 150
#define MAX_PAYLOAD 600

struct model {
	struct eio_session *live; /* NULL: over */
	int follows;              /* a broadcast; -1: none */
	struct fr_buf expected;   /* each message: its length and kind in 4 bytes, its data */
	size_t next;              /* of expected: what the peer has to get next */
};

struct world {
	struct net_peers *peers;
	struct talk talk;
	struct eio_server *eio;
	struct eio_broadcast *broadcasts[2];
	struct model models[TALK_SESSIONS];
	struct fr_str on_open, on_close; /* lines to do there */
	unsigned serial;
};

/* --- the model --- */

static void expect(struct model *model, bool binary, struct fr_str data)
{
	uint32_t head = (uint32_t)data.len << 1 | binary;

	fr_buf_add(&model->expected, &head, sizeof(head));
	fr_buf_add_str(&model->expected, data);
}

/* The message at that place of what is expected. */
static struct fr_str expected_at(const struct model *model, size_t at, bool *binary)
{
	struct fr_str rest = fr_str_skip(fr_buf_str(&model->expected), at);
	uint32_t head;

	FUZZ_CHECK(rest.len >= sizeof(head)); /* else the peer got more than was sent */
	memcpy(&head, rest.at, sizeof(head));
	*binary = head & 1;
	return fr_str(rest.at + sizeof(head), head >> 1);
}

static void on_packet(void *ctx, int session, const struct eio_packet *packet)
{
	struct world *world = ctx;
	struct model *model = &world->models[session];
	bool sure = talk_is_sure(&world->talk, session), binary, same;
	struct fr_str next;

	if (packet->type != EIO_MESSAGE || world->talk.wild)
		return;
	do {
		next = expected_at(model, model->next, &binary);
		model->next += sizeof(uint32_t) + next.len;
		same = binary == packet->binary && fr_str_eq(next, packet->data);
		FUZZ_CHECK(same || !sure);
	} while (!same);
}

static bool has_all(const struct model *model)
{
	return model->next == model->expected.len;
}

/* --- what the layer above does --- */

static void act(struct world *world, struct fr_str line);

static struct model *model_of(struct world *world, struct fr_str *rest)
{
	int n = (int)talk_number(fuzz_until(rest, ' '));

	if (n >= world->talk.session_count || !world->models[n].live)
		return NULL;
	return &world->models[n];
}

/* Every message is another one, so that none can be taken for another. Revision 4's payloads have
 * no way to hold the separator in a text. */
static void compose(struct world *world, struct fr_buf *out, struct fr_str data)
{
	fr_buf_printf(out, "%u ", world->serial++);
	talk_unescape(out, data);
	if (!fr_utf8_valid(fr_buf_str(out)) || fr_str_find(fr_buf_str(out), '\x1e') < out->len)
		out->len = fr_str_find(fr_buf_str(out), ' ');
}

static void send_one(struct world *world, struct model *model, bool binary, struct fr_str data)
{
	struct fr_buf out = FR_BUF_INIT;

	compose(world, &out, data);
	expect(model, binary, fr_buf_str(&out));
	FUZZ_CHECK(eio_session_send(model->live, binary, fr_buf_str(&out)) == 0);
	fr_buf_fini(&out);
}

static void broadcast(struct world *world, int which, struct fr_str data, size_t size)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_str parts[2];

	compose(world, &out, data);
	while (out.len < size)
		fr_buf_add_char(&out, 'x');
	parts[0] = fr_str(out.at, out.len / 2);
	parts[1] = fr_str_skip(fr_buf_str(&out), out.len / 2);
	for (int i = 0; i < world->talk.session_count; i++)
		if (world->models[i].live && world->models[i].follows == which)
			expect(&world->models[i], false, fr_buf_str(&out));
	FUZZ_CHECK(eio_broadcast_send(world->broadcasts[which], parts, 2) == 0);
	fr_buf_fini(&out);
}

static void follow(struct world *world, struct model *model, int which)
{
	struct eio_broadcast *to = which < 0 ? NULL : world->broadcasts[which];

	FUZZ_CHECK(eio_session_follow(model->live, to) == 0);
	model->follows = which;
}

static void act_on_session(struct world *world, char verb, struct fr_str rest)
{
	int which = rest.len && rest.at[rest.len - 1] == 'B';
	struct model *model = model_of(world, &rest);

	if (!model)
		return;
	if (verb == 's' || verb == 'S')
		send_one(world, model, verb == 'S', rest);
	else if (verb == 'F' || verb == 'U')
		follow(world, model, verb == 'F' ? which : -1);
	else if (verb == 'e')
		eio_session_close(model->live);
	else
		eio_session_fail(model->live);
}

static void act(struct world *world, struct fr_str line)
{
	char verb = line.len ? line.at[0] : '\0';
	struct fr_str rest = line.len ? fr_str_skip(line, 1) : line;

	if (fr_str_starts(line, FR_STR("on"))) {
		world->on_open = fr_str_skip(line, 2);
	} else if (fr_str_starts(line, FR_STR("off"))) {
		world->on_close = fr_str_skip(line, 3);
	} else if (verb == 'b' || verb == 'l') {
		int which = fr_str_starts(fuzz_until(&rest, ' '), FR_STR("B"));

		broadcast(world, which, verb == 'b' ? rest : FR_STR(""),
			  verb == 'b' ? 0 : talk_number(rest) % 3000);
	} else if (verb == 'X') {
		eio_server_close(world->eio);
	} else if (verb == 'h') {
		talk_slow_down((uint64_t)talk_number(rest) % 10000 * 1000);
	} else if (verb && strchr("sSFUef", verb)) {
		act_on_session(world, verb, rest);
	}
}

/* --- what it is told --- */

static struct model *model_at(struct world *world, const struct eio_session *session)
{
	int i = talk_session(&world->talk, fr_str_of(eio_session_sid(session)));

	return i < 0 ? NULL : &world->models[i];
}

static void on_open(void *ctx, struct eio_session *session)
{
	struct world *world = ctx;
	int i = talk_add_session(&world->talk, fr_str_of(eio_session_sid(session)),
				 eio_session_revision(session));
	struct fr_str line = world->on_open;

	if (i < 0)
		return;
	world->models[i].live = session;
	world->models[i].follows = -1;
	world->on_open = FR_STR("");
	act(world, line);
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	struct world *world = ctx;
	struct model *model = model_at(world, session);

	if (!model)
		return;
	FUZZ_CHECK(model->live == session);
	FUZZ_CHECK(data.len <= MAX_PAYLOAD && (binary || fr_utf8_valid(data)));
	if (fr_str_starts(data, FR_STR("!")))
		act(world, fr_str_skip(data, 1));
	else
		send_one(world, model, binary, binary ? FR_STR("binary") : data);
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	struct world *world = ctx;
	struct model *model = model_at(world, session);
	struct fr_str line = world->on_close;

	FUZZ_CHECK(reason < EIO_REASONS);
	if (!model)
		return;
	FUZZ_CHECK(model->live == session);
	world->on_close = FR_STR("");
	act(world, line);
	model->live = NULL;
}

static void flush(void *ctx)
{
	eio_server_flush(((struct world *)ctx)->eio);
}

/* --- the whole --- */

static void open_world(struct world *world)
{
	const struct eio_handler handler = {on_open, on_message, on_close};
	struct eio_options options = eio_options_default();

	*world = (struct world){.talk = {.ctx = world, .flush = flush, .on_packet = on_packet},
				.on_open = FR_STR(""),
				.on_close = FR_STR("")};
	options.ping_interval = 2500;
	options.ping_timeout = 2000;
	options.upgrade_timeout = TALK_UPGRADE_MS;
	options.closed_kept = 3000;
	options.max_payload = MAX_PAYLOAD;
	options.send_window = 2048;
	options.queue_max = 4096;
	options.deflate = true;
	fuzz_random_restart();
	world->peers = net_peers_new(&(struct net_peers_limits){.all = 12});
	FUZZ_CHECK(world->peers != NULL);
	options.peers = world->peers;
	talk_open(&world->talk);
	world->eio = eio_server_new(&world->talk.timers, &options, &handler, world);
	FUZZ_CHECK(world->eio != NULL);
	FUZZ_CHECK(eio_server_mount(world->eio, world->talk.httpd, FR_STR("/e/")) == 0);
	for (int i = 0; i < 2; i++)
		world->broadcasts[i] = eio_broadcast_new(world->eio);
}

/* Once nothing holds the peers up any more, every living session gets all. */
static void drain(struct world *world)
{
	talk_let_go(&world->talk);
	for (int i = 0; i < world->talk.session_count; i++) {
		const struct model *model = &world->models[i];
		int most = 40;

		if (!talk_is_sure(&world->talk, i))
			continue;
		while (model->live && !has_all(model) && talk_get(&world->talk, i))
			FUZZ_CHECK(most-- > 0);
		FUZZ_CHECK(!model->live || has_all(model));
	}
}

static void close_world(struct world *world)
{
	talk_break(&world->talk);
	/* Nobody is there any more: the server has noticed by itself. */
	FUZZ_CHECK(eio_server_sessions(world->eio) == 0);
	FUZZ_CHECK(eio_server_unfinished(world->eio) == 0);
	for (int i = 0; i < world->talk.session_count; i++) {
		FUZZ_CHECK(!world->models[i].live);
		fr_buf_fini(&world->models[i].expected);
	}
	for (int i = 0; i < 2; i++)
		eio_broadcast_free(world->broadcasts[i]);
	eio_server_free(world->eio);
	net_peers_free(world->peers);
	talk_close(&world->talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct fr_str input = fuzz_input(data, size);

	if (size > 4096)
		return 0;
	open_world(&world);
	for (int lines = 0; input.len && lines < LINES && !world.talk.full; lines++) {
		struct fr_str line = fuzz_until(&input, '\n');

		if (fr_str_starts(line, FR_STR("."))) {
			act(&world, fr_str_skip(line, 1));
			talk_turn(&world.talk);
		} else {
			talk_line(&world.talk, line);
		}
	}
	drain(&world);
	close_world(&world);
	return 0;
}

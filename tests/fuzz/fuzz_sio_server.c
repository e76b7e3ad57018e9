/*
 * A whole Socket.IO server in conversation (talk.h), both revisions: what arrives are packets in an
 * order that a client can live with (sio_peer.h), the layer above is told of beginnings, events and
 * ends as it was promised (sio_app.h), and of no event less than was sent. Lines of its own:
 *
 *     .n<a>      the peer on connection a, a WebSocket, sends an event "n" with the next number
 *     .e<n>      emits to namespace n ("/", "/c"); b: with binary data; o: with an offset
 *     .A, .R     accepts, refuses the oldest socket that waits for it
 *     .k<i>      disconnects socket i; K: closes its session
 *     .q<i>      asks socket i, which has 500 ms to answer
 *     .X         shuts the server down
 */
#include "fuzz/random.h"
#include "fuzz/sio_app.h"
#include "fuzz/sio_peer.h"
#include "fuzz/talk.h"

#define LINES 150

struct world {
	struct net_peers *seats;
	struct talk talk;
	struct sio_app app;
	struct sio_peer peers[TALK_SESSIONS];
	struct {
		uint64_t numbers[LINES]; /* of the events "n" that it sent */
		unsigned count;
	} sent[TALK_SESSIONS];
};

static void on_packet(void *ctx, int session, const struct eio_packet *packet)
{
	struct world *world = ctx;

	if (!world->talk.wild)
		sio_peer_recv(&world->peers[session], world->talk.sessions[session].revision,
			      talk_is_sure(&world->talk, session), packet);
}

static void flush(void *ctx)
{
	eio_server_flush(sio_server_eio(((struct world *)ctx)->app.sio));
}

/* --- lines --- */

static void send_number(struct world *world, char who)
{
	const struct talk_conn *conn = &world->talk.conns[who - 'a'];
	int session = conn->opened.session;
	char line[64];

	if (!conn->m || !conn->ws || conn->raw || conn->probe || session < 0)
		return;
	world->sent[session].numbers[world->sent[session].count++] = world->app.numbers;
	snprintf(line, sizeof(line), "%ct42[\"n\",%llu,%lu]", who,
		 (unsigned long long)world->app.numbers,
		 (unsigned long)sio_app_mark(world->app.numbers));
	world->app.numbers++;
	talk_line(&world->talk, fr_str_of(line));
}

static void act_on(struct sio_app *app, char verb, uint32_t n)
{
	struct sio_app_client *client = app->clients;

	if (n >= (uint32_t)app->client_count)
		return;
	client += n;
	if (client->state > SIO_APP_ACCEPTED ||
	    !sio_namespace_find(app->nsps[client->nsp], client->id))
		return;
	if (verb == 'q')
		sio_app_ask(app, client);
	else
		sio_app_disconnect(client, verb == 'K');
}

static void do_line(struct world *world, struct fr_str line)
{
	struct sio_app *app = &world->app;
	struct sio_app_client *waiting = sio_app_waiting(app);
	char verb = line.len > 1 ? line.at[1] : '\0', who = line.len > 2 ? line.at[2] : '\0';
	uint32_t n = line.len > 2 ? talk_number(fr_str_skip(line, 2)) : 0;

	if (verb == 'n' && who >= 'a' && who < 'a' + TALK_OWN)
		send_number(world, who);
	else if (verb == 'e' || verb == 'b' || verb == 'o')
		sio_app_emit(app, (int)n % SIO_APP_NSPS, verb);
	else if (verb == 'A' && waiting)
		sio_app_accept(app, waiting);
	else if (verb == 'R' && waiting)
		sio_app_refuse(waiting);
	else if (verb == 'k' || verb == 'K' || verb == 'q')
		act_on(app, verb, n);
	else if (verb == 'X')
		eio_server_close(sio_server_eio(app->sio));
}

/* Every client of "/" that is here has got all that its peer sent since it came. */
static void check_numbers(const struct world *world)
{
	for (int s = 0; s < world->talk.session_count; s++) {
		const struct sio_app_client
			*client = &world->app.clients[world->peers[s].nsps[0].client];
		unsigned expected = 0;

		if (!talk_is_sure(&world->talk, s) || !world->peers[s].nsps[0].connected ||
		    !sio_app_is_live(&world->app, client))
			continue;
		for (unsigned i = 0; i < world->sent[s].count; i++)
			expected += world->sent[s].numbers[i] >= client->came;
		FUZZ_CHECK(client->received == expected);
	}
}

/* --- the whole --- */

static void open_world(struct world *world)
{
	struct eio_options eio = eio_options_default();

	*world = (struct world){.talk = {.ctx = world, .flush = flush, .on_packet = on_packet}};
	eio.ping_interval = 2500;
	eio.ping_timeout = 2000;
	eio.upgrade_timeout = TALK_UPGRADE_MS;
	eio.closed_kept = 3000;
	eio.max_payload = 2000;
	eio.send_window = 4096;
	eio.queue_max = 8192;
	eio.deflate = true;
	fuzz_random_restart();
	world->seats = net_peers_new(&(struct net_peers_limits){.all = 12});
	FUZZ_CHECK(world->seats != NULL);
	eio.peers = world->seats;
	talk_open(&world->talk);
	sio_app_open(&world->app, &world->talk.timers, &eio);
	FUZZ_CHECK(eio_server_mount(sio_server_eio(world->app.sio), world->talk.httpd,
				    FR_STR("/e/")) == 0);
}

static void close_world(struct world *world)
{
	struct eio_server *eio = sio_server_eio(world->app.sio);

	talk_let_go(&world->talk);
	talk_break(&world->talk);
	FUZZ_CHECK(eio_server_sessions(eio) == 0);
	FUZZ_CHECK(eio_server_unfinished(eio) == 0);
	sio_app_close(&world->app);
	net_peers_free(world->seats);
	talk_close(&world->talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct fr_str input = fuzz_input(data, size);

	if (size > 4096)
		return 0;
	open_world(&world);
	for (int lines = 0; input.len && lines < LINES; lines++) {
		struct fr_str line = fuzz_until(&input, '\n');

		if (fr_str_starts(line, FR_STR("."))) {
			do_line(&world, line);
			talk_turn(&world.talk);
		} else {
			talk_line(&world.talk, line);
		}
		if (world.talk.full || world.app.full)
			break;
		check_numbers(&world);
	}
	close_world(&world);
	return 0;
}

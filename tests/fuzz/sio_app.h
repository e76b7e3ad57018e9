/*
 * The application of fuzz_sio_server.c: what it does follows from the event's name, or from "mode"
 * in a connect's auth. It insists on what sio/server.h promises.
 */
#ifndef TESTS_FUZZ_SIO_APP_H
#define TESTS_FUZZ_SIO_APP_H

#include "fuzz/fuzz.h"
#include "sio/server.h"

#define SIO_APP_CLIENTS 40
#define SIO_APP_NSPS 2

enum sio_app_state { SIO_APP_NOBODY, SIO_APP_WAITING, SIO_APP_ACCEPTED, SIO_APP_GONE };

struct sio_app_client {
	enum sio_app_state state;
	struct sio_socket *socket;
	uint64_t id;
	int nsp;
	bool leaving;      /* by our own doing: it gets nothing any more */
	uint64_t came;     /* the number that the next event "n" anywhere had when it came */
	uint64_t next;     /* "n" comes with growing numbers: more than the last */
	unsigned received; /* of them */
};

struct sio_app;

/* A namespace's ctx. */
struct sio_app_space {
	struct sio_app *app;
	int nsp;
};

struct sio_app {
	struct sio_server *sio;
	struct sio_namespace *nsps[SIO_APP_NSPS];
	struct sio_app_space spaces[SIO_APP_NSPS];
	struct sio_app_client clients[SIO_APP_CLIENTS];
	int client_count;
	unsigned serials[SIO_APP_NSPS]; /* of broadcasts */
	unsigned asked, answered;       /* questions */
	uint64_t numbers;               /* of events "n" that were sent: the next one's number */
	bool full;                      /* it turned somebody away */
};

void sio_app_open(struct sio_app *app, struct net_timers *timers, const struct eio_options *eio);
/* The sessions are over. */
void sio_app_close(struct sio_app *app);
/* Whether it is a client that is here and not on its way out. */
bool sio_app_is_live(const struct sio_app *app, const struct sio_app_client *client);
/* What goes with the number of an event "n". */
uint32_t sio_app_mark(uint64_t n);
/* The oldest client that waits to be accepted, if there is one. */
struct sio_app_client *sio_app_waiting(struct sio_app *app);
void sio_app_accept(struct sio_app *app, struct sio_app_client *client);
void sio_app_refuse(struct sio_app_client *client);
void sio_app_disconnect(struct sio_app_client *client, bool close);
void sio_app_ask(struct sio_app *app, struct sio_app_client *client);
/* how: 'e', 'b' with binary data, 'o' with an offset. */
void sio_app_emit(struct sio_app *app, int nsp, char how);

#endif

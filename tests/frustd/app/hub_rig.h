/*
 * A hub with a real writer over a real database; only time is a fake. What the hub tells people is
 * written down line by line and compared. Included by test files alone.
 */
#ifndef TESTS_FRUSTD_APP_HUB_RIG_H
#define TESTS_FRUSTD_APP_HUB_RIG_H

#include "app/hub.h"
#include "app/pids.h"

#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include <frust/care.h>

#include "helpers/check.h"

#define MIDNIGHT (20000 * (int64_t)FRUST_DAY)

struct rig {
	char folder[32], db[64], moved[64];
	int64_t clock_ms;
	int64_t recovery_ms;
	struct limits_options rates;
	uint32_t feed_rate;
	size_t replay_max;
	struct net_timers timers;
	struct hub *hub;
	struct frust_writer *writer;
	sem_t woken, gate;
	bool hold; /* the next wake-up waits for the gate */
	struct fr_buf said;
	char pid[PID_LEN + 1]; /* of the last welcome that had one */
	uint64_t following;    /* a bit for each client */
};

static const char *const kinds[NEWS_KINDS] = {"click", "event", "message", "stats", "status"};

static inline void say_news(struct fr_buf *said, const struct news *news)
{
	fr_buf_printf(said, "%s ", kinds[news->kind]);
	fr_buf_add_str(said, news->json);
	if (news->offset.at)
		fr_buf_printf(said, " @%.*s", FR_STR_ARG(news->offset));
	fr_buf_add_char(said, '\n');
}

static inline void on_publish(void *ctx, const struct news *news)
{
	struct rig *rig = ctx;

	say_news(&rig->said, news);
}

static inline void on_send(void *ctx, uint64_t client, const struct news *news)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "to %d: ", (int)client);
	say_news(&rig->said, news);
}

static inline void on_ack(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "ack %d of %d: ", (int)ack, (int)client);
	if (outcome->refusal)
		fr_buf_printf(&rig->said, "%s\n", text_refusal(TEXT_EN, outcome->refusal));
	else if (outcome->record)
		fr_buf_printf(&rig->said, "id %d at %" PRId64 "\n", (int)outcome->id,
			      outcome->timestamp - MIDNIGHT);
	else
		fr_buf_printf(&rig->said, "ok\n");
}

static inline void on_welcome(void *ctx, uint64_t client, struct fr_str pid)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "welcome %d\n", (int)client);
	CHECK_INT(pid.len, PID_LEN);
	memcpy(rig->pid, pid.at, PID_LEN);
}

static inline void on_follow(void *ctx, uint64_t client)
{
	struct rig *rig = ctx;

	rig->following |= UINT64_C(1) << client;
}

static inline void on_drop(void *ctx, uint64_t client)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "drop %d\n", (int)client);
}

static inline void on_notice(void *ctx, enum hub_notice what, const struct frust_error *error)
{
	static const char *const words[] = {"ready", "failing", "fatal"};
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "-- %s%s%s\n", words[what], error ? ": " : "",
		      error ? frust_strerror(error->code) : "");
}

static inline int64_t read_clock(void *ctx)
{
	const struct rig *rig = ctx;

	return rig->clock_ms;
}

static inline uint64_t no_time(void)
{
	return 0;
}

static inline void on_wake(void *ctx)
{
	struct rig *rig = ctx;

	bool hold = rig->hold;

	rig->hold = false;
	sem_post(&rig->woken);
	if (hold)
		sem_wait(&rig->gate);
}

/* Plays until nothing is queued. */
static inline void settle(struct rig *rig)
{
	hub_flush(rig->hub);
	hub_settle(rig->hub);
	while (hub_pending(rig->hub) > 0) {
		sem_wait(&rig->woken);
		hub_settle(rig->hub);
		hub_flush(rig->hub);
	}
}

/* Lets time pass, on both clocks. */
static inline void pass(struct rig *rig, int64_t ms)
{
	rig->clock_ms += ms;
	net_timers_run(&rig->timers, rig->timers.now + (uint64_t)ms);
}

static inline void rig_open_hub(struct rig *rig, uint32_t queue_max)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	struct frust_writer_options writer = FRUST_WRITER_OPTIONS_INIT;
	struct hub_options options = {
		.timers = &rig->timers,
		.clock = {read_clock, rig, 0},
		.limits = FRUST_LIMITS_INIT,
		.timezone = "UTC",
		.rates = rig->rates,
		.feed_rate = rig->feed_rate,
		.replay_max = rig->replay_max,
		.recovery_ms = rig->recovery_ms,
		.deliver = {on_publish, on_send, on_ack, on_welcome, on_follow, on_drop, rig},
		.notice = on_notice,
		.ctx = rig,
	};
	struct frust_error error;
	struct frust *db;

	open.mode = FRUST_CREATE;
	writer.queue_max = queue_max;
	writer.watch_ms = 10;
	writer.wake = on_wake;
	writer.wake_ctx = rig;
	if (frust_open(rig->db, &open, &db, &error) < 0)
		fail_msg("%s", error.text);
	CHECK_INT(frust_writer_open(db, &writer, &rig->writer, &error), 0);
	rig->hub = hub_new(&options);
	CHECK(rig->hub != NULL);
	CHECK_INT(hub_start(rig->hub, rig->writer), 0);
	settle(rig);
	CHECK(hub_ready(rig->hub));
	fr_buf_clear(&rig->said);
}

static inline void rig_close_hub(struct rig *rig)
{
	frust_writer_close(rig->writer);
	hub_free(rig->hub);
}

static inline void rig_open(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	strcpy(rig->folder, "/tmp/frust-hub-XXXXXX");
	CHECK(mkdtemp(rig->folder) != NULL);
	snprintf(rig->db, sizeof(rig->db), "%s/db.sqlite", rig->folder);
	snprintf(rig->moved, sizeof(rig->moved), "%s/moved", rig->folder);
	rig->replay_max = 1000000;
	rig->clock_ms = (MIDNIGHT + 10 * FRUST_HOUR) * 1000;
	net_timers_init(&rig->timers, 1000, no_time);
	sem_init(&rig->woken, 0, 0);
	sem_init(&rig->gate, 0, 0);
	rig_open_hub(rig, 1000);
}

static inline void rig_close(struct rig *rig)
{
	char command[64];

	rig_close_hub(rig);
	fr_buf_fini(&rig->said);
	sem_destroy(&rig->woken);
	sem_destroy(&rig->gate);
	snprintf(command, sizeof(command), "rm -r %s", rig->folder);
	CHECK_INT(system(command), 0);
}

static inline void check_said(struct rig *rig, const char *expected)
{
	CHECK_STR(fr_buf_str(&rig->said), expected);
	fr_buf_clear(&rig->said);
}

/* As a C string. */
static const char *text_at(struct fr_buf *buf)
{
	fr_buf_add_char(buf, '\0');
	CHECK_INT(fr_buf_error(buf), 0);
	buf->len--;
	return buf->at;
}

static const char *said(struct rig *rig)
{
	return text_at(&rig->said);
}

static inline void forget_said(struct rig *rig)
{
	fr_buf_clear(&rig->said);
}

static const struct join newcomer = {.from = {NET_IPV4, 0, {192, 0, 2, 1}}};

static inline void join(struct rig *rig, uint64_t client)
{
	hub_join(rig->hub, client, &newcomer);
	CHECK((rig->following & UINT64_C(1) << client) != 0);
	pass(rig, 0);
	forget_said(rig);
}

static const struct ack no_ack = {.wanted = false};

static inline struct ack acked(uint64_t id)
{
	return (struct ack){.wanted = true, .id = id};
}

static inline struct frust_str text_of(const char *text)
{
	return (struct frust_str){text, text ? strlen(text) : 0};
}

static inline void send_click(struct rig *rig, uint64_t client, const char *user,
			      const char *comment, struct ack ack)
{
	struct frust_record record = {
		.kind = FRUST_CLICK, .user = text_of(user), .comment = text_of(comment)};

	hub_record(rig->hub, client, &record, ack);
}

static inline void send_event(struct rig *rig, uint64_t client, const char *user, const char *name,
			      struct ack ack)
{
	struct frust_record record = {
		.kind = FRUST_EVENT, .user = text_of(user), .name = text_of(name)};

	hub_record(rig->hub, client, &record, ack);
}

static const struct frust_stats *stats_of(struct rig *rig)
{
	return &hub_state(rig->hub)->stats;
}

#define TOAST(text) "{\"text\":\"" text "\",\"style\":\"medium highlight\",\"type\":\"toast\"}\n"
#define STATS(total, today, hour, etotal, etoday, ehour)                                           \
	"{\"click_count_total\":" #total ",\"click_count_today\":" #today                          \
	",\"click_count_hour\":" #hour ",\"event_count_total\":" #etotal                           \
	",\"event_count_today\":" #etoday ",\"event_count_hour\":" #ehour "}\n"
#define NOW "1728036000"
#define CLICK(user, comment)                                                                       \
	"click {\"user\":\"" user "\",\"comment\":" comment ",\"style\":null,\"timestamp\":" NOW   \
	"}\n"
#define EVENT(user, name)                                                                          \
	"event {\"user\":\"" user "\",\"name\":\"" name "\",\"timestamp\":" NOW "}\n"

#endif

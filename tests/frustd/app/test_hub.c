/*
 * The hub's rules of order, with a real writer over a real database; only time is a fake. What the
 * hub tells people is written down line by line and compared.
 */
#include "app/hub.h"

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
	struct net_timers timers;
	struct hub *hub;
	struct frust_writer *writer;
	sem_t woken, gate;
	bool hold; /* the next wake-up waits for the gate */
	struct fr_buf said;
};

static const char *const kinds[NEWS_KINDS] = {"click", "event", "message", "stats", "status"};

static void say_news(struct fr_buf *said, const struct news *news)
{
	fr_buf_printf(said, "%s ", kinds[news->kind]);
	fr_buf_add_str(said, news->json);
	if (news->offset.at)
		fr_buf_printf(said, " @%.*s", FR_STR_ARG(news->offset));
	fr_buf_add_char(said, '\n');
}

static void on_publish(void *ctx, const struct news *news)
{
	struct rig *rig = ctx;

	say_news(&rig->said, news);
}

static void on_send(void *ctx, uint64_t client, const struct news *news)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "to %d: ", (int)client);
	say_news(&rig->said, news);
}

static void on_ack(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome)
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

static void on_notice(void *ctx, enum hub_notice what, const struct frust_error *error)
{
	static const char *const words[] = {"ready", "failing", "fatal"};
	struct rig *rig = ctx;

	fr_buf_printf(&rig->said, "-- %s%s%s\n", words[what], error ? ": " : "",
		      error ? frust_strerror(error->code) : "");
}

static int64_t read_clock(void *ctx)
{
	const struct rig *rig = ctx;

	return rig->clock_ms;
}

static uint64_t no_time(void)
{
	return 0;
}

static void on_wake(void *ctx)
{
	struct rig *rig = ctx;

	bool hold = rig->hold;

	rig->hold = false;
	sem_post(&rig->woken);
	if (hold)
		sem_wait(&rig->gate);
}

/* Plays until nothing is queued. */
static void settle(struct rig *rig)
{
	hub_settle(rig->hub);
	while (hub_pending(rig->hub) > 0) {
		sem_wait(&rig->woken);
		hub_settle(rig->hub);
	}
}

/* Lets time pass, on both clocks. */
static void pass(struct rig *rig, int64_t ms)
{
	rig->clock_ms += ms;
	net_timers_run(&rig->timers, rig->timers.now + (uint64_t)ms);
}

static void rig_open_hub(struct rig *rig, uint32_t queue_max)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	struct frust_writer_options writer = FRUST_WRITER_OPTIONS_INIT;
	struct hub_options options = {
		.timers = &rig->timers,
		.clock = {read_clock, rig, 0},
		.limits = FRUST_LIMITS_INIT,
		.recovery_ms = rig->recovery_ms,
		.deliver = {on_publish, on_send, on_ack, rig},
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

static void rig_close_hub(struct rig *rig)
{
	frust_writer_close(rig->writer);
	hub_free(rig->hub);
}

static void rig_open(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	strcpy(rig->folder, "/tmp/frust-hub-XXXXXX");
	CHECK(mkdtemp(rig->folder) != NULL);
	snprintf(rig->db, sizeof(rig->db), "%s/db.sqlite", rig->folder);
	snprintf(rig->moved, sizeof(rig->moved), "%s/moved", rig->folder);
	rig->clock_ms = (MIDNIGHT + 10 * FRUST_HOUR) * 1000;
	net_timers_init(&rig->timers, 1000, no_time);
	sem_init(&rig->woken, 0, 0);
	sem_init(&rig->gate, 0, 0);
	rig_open_hub(rig, 1000);
}

static void rig_close(struct rig *rig)
{
	char command[64];

	rig_close_hub(rig);
	fr_buf_fini(&rig->said);
	sem_destroy(&rig->woken);
	sem_destroy(&rig->gate);
	snprintf(command, sizeof(command), "rm -r %s", rig->folder);
	CHECK_INT(system(command), 0);
}

static void check_said(struct rig *rig, const char *expected)
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

static void forget_said(struct rig *rig)
{
	fr_buf_clear(&rig->said);
}

static void join(struct rig *rig, uint64_t client)
{
	CHECK_INT(hub_join(rig->hub, client), 0);
	pass(rig, 0);
	forget_said(rig);
}

static const struct ack no_ack = {false, 0};

static struct frust_str text_of(const char *text)
{
	return (struct frust_str){text, text ? strlen(text) : 0};
}

static void send_click(struct rig *rig, uint64_t client, const char *user, const char *comment,
		       struct ack ack)
{
	struct frust_record record = {
		.kind = FRUST_CLICK, .user = text_of(user), .comment = text_of(comment)};

	hub_record(rig->hub, client, &record, ack);
}

static void send_event(struct rig *rig, uint64_t client, const char *user, const char *name,
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

static void a_newcomer_gets_stats_and_all_get_one_pair(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	CHECK_INT(hub_join(rig.hub, 1), 0);
	CHECK_INT(hub_join(rig.hub, 2), 0);
	check_said(&rig,
		   "to 1: stats " STATS(0, 0, 0, 0, 0, 0) "to 2: stats " STATS(0, 0, 0, 0, 0, 0));
	pass(&rig, 0);
	check_said(&rig, "status {\"user_count\":2}\nstats " STATS(0, 0, 0, 0, 0, 0));
	hub_leave(rig.hub, 2);
	CHECK_INT(hub_join(rig.hub, 3), 0);
	pass(&rig, 99);
	check_said(&rig, "to 3: stats " STATS(0, 0, 0, 0, 0, 0));
	pass(&rig, 1);
	check_said(&rig, "status {\"user_count\":2}\nstats " STATS(0, 0, 0, 0, 0, 0));
	rig_close(&rig);
}

static void a_click_is_told_after_the_names_and_acked_after_it(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, " Anna ", "  ", (struct ack){true, 7});
	check_said(&rig, ""); /* nothing is seen before the commit */
	CHECK_INT(stats_of(&rig)->clicks_total, 0);
	settle(&rig);
	check_said(&rig, "message " TOAST("Anna ist beigetreten.")
				 CLICK("Anna", "null") "ack 7 of 1: id 1 at 36000\n");
	CHECK_INT(stats_of(&rig)->clicks_total, 1);
	send_click(&rig, 1, "Bert", "x", no_ack);
	settle(&rig);
	check_said(&rig,
		   "message " TOAST("Anna hat sich umbenannt zu Bert.") CLICK("Bert", "\"x\""));
	rig_close(&rig);
}

static void an_event_is_announced_before_it(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_event(&rig, 1, "A", "fu", (struct ack){true, 0});
	settle(&rig);
	check_said(&rig, "message " TOAST("A ist beigetreten.") "message " TOAST("A triggered fu!")
				 EVENT("A", "fu") "ack 0 of 1: id 1 at 36000\n");
	rig_close(&rig);
}

static void unsaved_events_count_and_are_no_rows(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_event(&rig, 1, "A", "rickroll", (struct ack){true, 5});
	settle(&rig);
	check_said(&rig, "message " TOAST("A ist beigetreten.")
				 EVENT("A", "rickroll") "ack 5 of 1: id 0 at 36000\n");
	CHECK_INT(stats_of(&rig)->events_total, 1);
	CHECK_INT(stats_of(&rig)->events_hour, 1);
	CHECK_INT(presence_find(hub_presence(rig.hub), 1)->events, 1);
	CHECK_INT(hub_state(rig.hub)->users.by_name.count, 0);
	feed_add_json(&hub_state(rig.hub)->events, UINT32_MAX, &out);
	CHECK_STR(fr_buf_str(&out), "[]");
	fr_buf_fini(&out);
	rig_close(&rig);
}

static void milestones_come_before_their_click(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	for (int i = 1; i <= 200; i++) {
		forget_said(&rig);
		send_click(&rig, 1, "A", NULL, no_ack);
		settle(&rig);
		if (i == 50)
			check_said(&rig,
				   "message " TOAST("A erreicht 50 Klicks!") CLICK("A", "null"));
		else if (i == 100)
			check_said(&rig,
				   "message " TOAST("A erreicht 100 Klicks!") CLICK("A", "null"));
		else if (i == 150)
			check_said(&rig, CLICK("A", "null"));
		else if (i == 200)
			check_said(&rig,
				   "message " TOAST("A erreicht 200 Klicks!") CLICK("A", "null"));
	}
	rig_close(&rig);
}

static void acks_follow_all_broadcasts_of_a_poll(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	join(&rig, 2);
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	hub_auth(rig.hub, 2, FR_STR("B"), no_ack);
	forget_said(&rig);
	/* The writer is held in its wake-up while two are queued, so that one poll settles both. */
	rig.hold = true;
	send_click(&rig, 1, "A", "0", no_ack);
	sem_wait(&rig.woken);
	hub_settle(rig.hub);
	forget_said(&rig);
	send_click(&rig, 1, "A", "1", (struct ack){true, 1});
	send_click(&rig, 2, "B", "2", (struct ack){true, 2});
	sem_post(&rig.gate);
	sem_wait(&rig.woken);
	hub_settle(rig.hub);
	CHECK(strstr(said(&rig), "\"comment\":\"1\"") < strstr(said(&rig), "\"comment\":\"2\""));
	CHECK(strstr(said(&rig), "\"comment\":\"1\"") < strstr(said(&rig), "ack 1 of 1"));
	CHECK(strstr(said(&rig), "\"comment\":\"2\"") < strstr(said(&rig), "ack 2 of 2"));
	CHECK(strstr(said(&rig), "ack 1 of 1") < strstr(said(&rig), "ack 2 of 2"));
	rig_close(&rig);
}

static void auth_waits_for_the_clients_own_records(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	hub_auth(rig.hub, 1, FR_STR(" A "), (struct ack){true, 1});
	check_said(&rig, "message " TOAST("A ist beigetreten.") "ack 1 of 1: ok\n");
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	check_said(&rig, "");
	send_click(&rig, 1, "B", NULL, no_ack);
	hub_auth(rig.hub, 1, FR_STR("C"), (struct ack){true, 2});
	hub_auth(rig.hub, 1, FR_STR("D"), no_ack);
	check_said(&rig, "");
	settle(&rig);
	/* The ack of C may come before the message of D when two polls settled them. */
	CHECK(strstr(said(&rig), "A hat sich umbenannt zu B.") <
	      strstr(said(&rig), "\"user\":\"B\""));
	CHECK(strstr(said(&rig), "\"user\":\"B\"") <
	      strstr(said(&rig), "B hat sich umbenannt zu C."));
	CHECK(strstr(said(&rig), "B hat sich umbenannt zu C.") <
	      strstr(said(&rig), "C hat sich umbenannt zu D."));
	CHECK(strstr(said(&rig), "ack 2 of 1: ok") != NULL);
	CHECK_STR(presence_find(hub_presence(rig.hub), 1)->name, "D");
	rig_close(&rig);
}

static void refusals_change_nothing_and_are_told_to_the_sender_alone(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, " \t", NULL, (struct ack){true, 1});
	send_event(&rig, 1, "A", NULL, (struct ack){true, 2});
	hub_auth(rig.hub, 1, FR_STR("\x01"), (struct ack){true, 3});
	settle(&rig);
	fr_buf_printf(&rig.said, "pending %d",
		      (int)presence_find(hub_presence(rig.hub), 1)->pending);
	CHECK(strstr(said(&rig), "ack 1 of 1: ") == said(&rig));
	CHECK(strstr(said(&rig), "ack 2 of 1: ") != NULL);
	CHECK(strstr(said(&rig), "ack 3 of 1: ") != NULL);
	CHECK(strstr(said(&rig), "message") == NULL);
	CHECK(strstr(said(&rig), "pending 0") != NULL);
	CHECK_INT(stats_of(&rig)->clicks_total + stats_of(&rig)->events_total, 0);
	CHECK(presence_find(hub_presence(rig.hub), 1)->name.at == NULL);
	rig_close(&rig);
}

static void a_full_queue_refuses_at_once(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig_open_hub(&rig, 1);
	join(&rig, 1);
	send_click(&rig, 1, "A", NULL, no_ack); /* not polled: it fills the queue */
	send_click(&rig, 1, "A", NULL, (struct ack){true, 2});
	check_said(&rig, "ack 2 of 1: too much is going on, try again\n");
	settle(&rig);
	CHECK_INT(stats_of(&rig)->clicks_total, 1);
	rig_close(&rig);
}

static void refusals_without_ack_are_a_toast_at_most_once_a_second(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, "0123456789abcdef", NULL, no_ack);
	hub_refuse(rig.hub, 1, TEXT_REFUSED_FORM, no_ack);
	check_said(&rig, "to 1: message " TOAST("Der Name ist zu lang."));
	pass(&rig, 999);
	hub_refuse(rig.hub, 1, TEXT_REFUSED_FORM, no_ack);
	check_said(&rig, "");
	pass(&rig, 1);
	hub_refuse(rig.hub, 1, TEXT_REFUSED_FORM, no_ack);
	check_said(&rig, "to 1: message " TOAST("Das hat der Server nicht verstanden."));
	CHECK(presence_find(hub_presence(rig.hub), 1)->name.at == NULL);
	CHECK_INT(presence_find(hub_presence(rig.hub), 1)->pending, 0);
	CHECK_INT(stats_of(&rig)->clicks_total, 0);
	rig_close(&rig);
}

/* Rule R11. */
static void who_has_left_is_still_counted(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	forget_said(&rig);
	send_click(&rig, 1, "A", "bye", (struct ack){true, 1});
	hub_auth(rig.hub, 1, FR_STR("Z"), (struct ack){true, 2});
	hub_leave(rig.hub, 1);
	check_said(&rig, "message " TOAST("A hat verlassen."));
	settle(&rig);
	check_said(&rig, CLICK("A", "\"bye\""));
	CHECK_INT(stats_of(&rig)->clicks_total, 1);
	CHECK_INT(presence_count(hub_presence(rig.hub)), 0);
	hub_leave(rig.hub, 1);
	hub_auth(rig.hub, 1, FR_STR("A"), (struct ack){true, 3});
	send_click(&rig, 1, "A", NULL, (struct ack){true, 4});
	settle(&rig);
	check_said(&rig, "");
	rig_close(&rig);
}

/* Rule R5. */
static void at_the_hours_turn_the_hour_is_zero_and_all_get_stats(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, "A", NULL, no_ack);
	settle(&rig);
	forget_said(&rig);
	pass(&rig, FRUST_HOUR * 1000 - 1);
	settle(&rig);
	check_said(&rig, "");
	pass(&rig, 1);
	settle(&rig);
	check_said(&rig, "stats " STATS(1, 1, 0, 0, 0, 0));
	CHECK_INT(hub_state(rig.hub)->hours.count, 2);
	rig_close(&rig);
}

static void at_midnight_today_is_zero_and_the_feed_is_empty(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, "A", NULL, no_ack);
	settle(&rig);
	forget_said(&rig);
	/* The first record after midnight, before any timer: the mark goes ahead of it. */
	rig.clock_ms += 14 * FRUST_HOUR * 1000;
	send_click(&rig, 1, "A", "new", no_ack);
	settle(&rig);
	check_said(&rig,
		   "stats " STATS(1, 0, 0, 0, 0, 0) "click {\"user\":\"A\",\"comment\":\"new\","
						    "\"style\":null,\"timestamp\":1728086400}\n");
	feed_add_json(&hub_state(rig.hub)->clicks, UINT32_MAX, &out);
	CHECK_STR(fr_buf_str(&out),
		  "[{\"user\":\"A\",\"comment\":\"new\",\"style\":null,\"timestamp\":1728086400}]");
	CHECK_INT(stats_of(&rig)->clicks_today, 1);
	CHECK_INT(stats_of(&rig)->clicks_total, 2);
	fr_buf_fini(&out);
	rig_close(&rig);
}

/* Rule R6: the feed of the day before is back, whole. */
static void a_clock_set_back_over_midnight_brings_the_old_day_back(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, "A", "old", no_ack);
	settle(&rig);
	pass(&rig, 14 * FRUST_HOUR * 1000);
	send_click(&rig, 1, "A", "new", no_ack);
	settle(&rig);
	rig.clock_ms -= 14 * FRUST_HOUR * 1000;
	send_click(&rig, 1, "A", "again", no_ack);
	settle(&rig);
	CHECK_INT(stats_of(&rig)->clicks_total, 3);
	CHECK_INT(stats_of(&rig)->clicks_hour, 2);
	feed_add_json(&hub_state(rig.hub)->clicks, UINT32_MAX, &out);
	CHECK(strstr(text_at(&out), "\"old\"") > strstr(text_at(&out), "\"again\""));
	fr_buf_fini(&out);
	rig_close(&rig);
}

static void a_restart_knows_everything_again(void **state)
{
	struct fr_buf before = FR_BUF_INIT, after = FR_BUF_INIT;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	for (int i = 0; i < 20; i++) {
		send_click(&rig, 1, i % 3 ? "A" : "B", "c", no_ack);
		send_event(&rig, 1, "C", i % 2 ? "fu" : "exmatrikulieren", no_ack);
		rig.clock_ms += 700 * 1000;
	}
	settle(&rig);
	for (struct fr_buf *out = &before;; out = &after) {
		const struct state *now = hub_state(rig.hub);

		feed_add_json(&now->clicks, UINT32_MAX, out);
		feed_add_json(&now->events, UINT32_MAX, out);
		hours_add_json(&now->hours, out);
		users_add_json(&now->users, out);
		fr_buf_printf(out, "%d %d", (int)now->stats.clicks_today,
			      (int)now->stats.events_hour);
		if (out == &after)
			break;
		rig_close_hub(&rig);
		rig_open_hub(&rig, 1000);
	}
	CHECK(fr_str_eq(fr_buf_str(&before), fr_buf_str(&after)));
	CHECK_INT(stats_of(&rig)->events_total, 20);
	fr_buf_fini(&before);
	fr_buf_fini(&after);
	rig_close(&rig);
}

/* Rule R10: the database's file is away, then back. */
static void a_failing_store_refuses_and_comes_back_by_itself(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	CHECK_INT(rename(rig.db, rig.moved), 0);
	send_click(&rig, 1, "A", "lost", (struct ack){true, 1});
	send_click(&rig, 1, "A", "lost", no_ack);
	settle(&rig);
	CHECK(strstr(said(&rig), "-- failing") != NULL);
	CHECK(strstr(said(&rig), "ack 1 of 1: it could not be stored, try again\n") != NULL);
	CHECK(strstr(said(&rig), "to 1: message {\"text\":\"Das konnte nicht gespeichert werden") !=
	      NULL);
	CHECK(strstr(said(&rig), "click {") == NULL);
	CHECK(strstr(said(&rig), "beigetreten") == NULL);
	CHECK(!hub_ready(rig.hub));
	CHECK_INT(stats_of(&rig)->clicks_total, 0);
	forget_said(&rig);
	pass(&rig, 1000);
	settle(&rig);
	check_said(&rig, "");
	CHECK_INT(rename(rig.moved, rig.db), 0);
	pass(&rig, 1000);
	settle(&rig);
	check_said(&rig, "-- ready\n");
	CHECK(hub_ready(rig.hub));
	send_click(&rig, 1, "A", "kept", no_ack);
	settle(&rig);
	check_said(&rig,
		   "message " TOAST(
			   "A ist beigetreten.") "click "
						 "{\"user\":\"A\",\"comment\":\"kept\",\"style\":"
						 "null,\"timestamp\":1728036002}\n");
	rig_close(&rig);
}

static void a_stopping_hub_refuses_and_plays_what_is_queued(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	forget_said(&rig);
	send_click(&rig, 1, "A", "last", no_ack);
	hub_stop(rig.hub);
	send_click(&rig, 1, "A", "late", (struct ack){true, 2});
	check_said(&rig, "ack 2 of 1: the server is stopping\n");
	settle(&rig);
	check_said(&rig, CLICK("A", "\"last\""));
	hub_leave(rig.hub, 1);
	check_said(&rig, "");
	rig_close(&rig);
}

/* Rule R13: rows that another process adds are never sent as clicks. */
static void a_foreign_commit_reloads_and_sends_stats(void **state)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	struct frust_record record = {.kind = FRUST_CLICK,
				      .timestamp = MIDNIGHT + 10 * FRUST_HOUR,
				      .user = text_of("other")};
	struct frust *other;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	open.mode = FRUST_WRITE;
	join(&rig, 1);
	CHECK_INT(frust_open(rig.db, &open, &other, NULL), 0);
	CHECK_INT(frust_apply(other, &record, 1, NULL), 0);
	frust_close(other);
	while (stats_of(&rig)->clicks_total == 0) {
		sem_wait(&rig.woken);
		hub_settle(rig.hub);
		pass(&rig, 0);
	}
	CHECK(strstr(said(&rig), "stats " STATS(1, 1, 1, 0, 0, 0)) != NULL);
	CHECK(strstr(said(&rig), "other") == NULL);
	rig_close(&rig);
}

/* Another process's hand on the database. */
static struct frust *open_beside(struct rig *rig)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	struct frust *db;

	open.mode = FRUST_WRITE;
	CHECK_INT(frust_open(rig->db, &open, &db, NULL), 0);
	return db;
}

static void banned_names_are_refused_as_soon_as_they_are(void **state)
{
	const struct frust_ban exact = {.pattern = text_of("Troll")};
	const struct frust_ban glob = {.pattern = text_of("spam*"), .glob = true};
	struct frust *beside;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	beside = open_beside(&rig);
	CHECK_INT(frust_ban_add(beside, &exact, NULL, NULL, NULL), 0);
	CHECK_INT(frust_ban_add(beside, &glob, NULL, NULL, NULL), 0);
	frust_close(beside);
	while (hub_state(rig.hub)->bans.count < 2) {
		sem_wait(&rig.woken);
		hub_settle(rig.hub);
		pass(&rig, 0);
	}
	forget_said(&rig);
	send_click(&rig, 1, " Troll ", NULL, (struct ack){true, 1});
	send_event(&rig, 1, "spammer", "fu", (struct ack){true, 2});
	hub_auth(rig.hub, 1, FR_STR("spam"), (struct ack){true, 3});
	check_said(&rig, "ack 1 of 1: this name is banned\nack 2 of 1: this name is banned\n"
			 "ack 3 of 1: this name is banned\n");
	hub_auth(rig.hub, 1, FR_STR("Trolls"), (struct ack){true, 4});
	CHECK(strstr(said(&rig), "ack 4 of 1: ok") != NULL);
	rig_close(&rig);
}

static void an_announcement_is_said_once_to_those_who_are_there(void **state)
{
	const struct frust_announcement popup = {
		.text = text_of("Tea\nis \"ready\""), .style = text_of("big"), .type = FRUST_POPUP};
	const struct frust_announcement toast = {.text = text_of("so is cake"),
						 .type = FRUST_TOAST};
	struct frust *beside;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	beside = open_beside(&rig);
	CHECK_INT(frust_announce(beside, &popup, NULL, NULL), 0);
	CHECK_INT(frust_announce(beside, &toast, NULL, NULL), 0);
	pass(&rig, 1000);
	settle(&rig);
	CHECK(strstr(said(&rig), "message") == NULL); /* nobody is there */
	join(&rig, 1);
	pass(&rig, 1000);
	settle(&rig);
	CHECK(strstr(said(&rig),
		     "message {\"text\":\"Tea\\nis "
		     "\\\"ready\\\"\",\"style\":\"big\",\"type\":\"popup\"}\n"
		     "message {\"text\":\"so is cake\",\"style\":null,\"type\":\"toast\"}\n") !=
	      NULL);
	forget_said(&rig);
	frust_close(beside);
	rig_close_hub(&rig);
	rig_open_hub(&rig, 1000);
	join(&rig, 1);
	pass(&rig, 1000);
	settle(&rig);
	CHECK(strstr(said(&rig), "message") == NULL);
	rig_close(&rig);
}

static void who_dropped_is_told_what_was_missed(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig.recovery_ms = 120000;
	rig_open_hub(&rig, 1000);
	CHECK_INT(hub_join(rig.hub, 1), 0);
	check_said(&rig, "to 1: stats {\"click_count_total\":0,\"click_count_today\":0,"
			 "\"click_count_hour\":0,\"event_count_total\":0,\"event_count_today\":0,"
			 "\"event_count_hour\":0} @0-0\n");
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	forget_said(&rig);
	send_click(&rig, 1, "A", "1", no_ack);
	send_event(&rig, 1, "A", "rickroll", no_ack);
	send_event(&rig, 1, "A", "fu", no_ack);
	settle(&rig);
	CHECK(strstr(said(&rig),
		     "\"comment\":\"1\",\"style\":null,\"timestamp\":1728036000} @1-0\n") != NULL);
	CHECK(strstr(said(&rig), "\"name\":\"rickroll\",\"timestamp\":1728036000}\n") != NULL);
	forget_said(&rig);
	CHECK(!hub_can_resume(rig.hub, FR_STR("2-0")));
	CHECK(!hub_can_resume(rig.hub, FR_STR("nonsense")));
	CHECK(hub_can_resume(rig.hub, FR_STR("0-0")));
	hub_resume(rig.hub, 2, FR_STR("0-0"));
	check_said(&rig,
		   "to 2: click {\"user\":\"A\",\"comment\":\"1\",\"style\":null,"
		   "\"timestamp\":1728036000} @1-0\n"
		   "to 2: event {\"user\":\"A\",\"name\":\"fu\",\"timestamp\":1728036000} @1-1\n");
	/* A restart knows them from the database. */
	rig_close_hub(&rig);
	rig_open_hub(&rig, 1000);
	CHECK(hub_can_resume(rig.hub, FR_STR("1-0")));
	hub_resume(rig.hub, 2, FR_STR("1-0"));
	check_said(&rig,
		   "to 2: event {\"user\":\"A\",\"name\":\"fu\",\"timestamp\":1728036000} @1-1\n");
	rig.clock_ms += 121000;
	CHECK(!hub_can_resume(rig.hub, FR_STR("1-0")));
	rig_close(&rig);
}

static void without_recovery_nothing_has_an_offset(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	send_click(&rig, 1, "A", NULL, no_ack);
	settle(&rig);
	CHECK(strchr(said(&rig), '@') == NULL);
	CHECK(!hub_can_resume(rig.hub, FR_STR("0-0")));
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newcomer_gets_stats_and_all_get_one_pair),
		cmocka_unit_test(a_click_is_told_after_the_names_and_acked_after_it),
		cmocka_unit_test(an_event_is_announced_before_it),
		cmocka_unit_test(unsaved_events_count_and_are_no_rows),
		cmocka_unit_test(milestones_come_before_their_click),
		cmocka_unit_test(acks_follow_all_broadcasts_of_a_poll),
		cmocka_unit_test(auth_waits_for_the_clients_own_records),
		cmocka_unit_test(refusals_change_nothing_and_are_told_to_the_sender_alone),
		cmocka_unit_test(a_full_queue_refuses_at_once),
		cmocka_unit_test(refusals_without_ack_are_a_toast_at_most_once_a_second),
		cmocka_unit_test(who_has_left_is_still_counted),
		cmocka_unit_test(at_the_hours_turn_the_hour_is_zero_and_all_get_stats),
		cmocka_unit_test(at_midnight_today_is_zero_and_the_feed_is_empty),
		cmocka_unit_test(a_clock_set_back_over_midnight_brings_the_old_day_back),
		cmocka_unit_test(a_restart_knows_everything_again),
		cmocka_unit_test(a_failing_store_refuses_and_comes_back_by_itself),
		cmocka_unit_test(a_stopping_hub_refuses_and_plays_what_is_queued),
		cmocka_unit_test(banned_names_are_refused_as_soon_as_they_are),
		cmocka_unit_test(an_announcement_is_said_once_to_those_who_are_there),
		cmocka_unit_test(who_dropped_is_told_what_was_missed),
		cmocka_unit_test(without_recovery_nothing_has_an_offset),
		cmocka_unit_test(a_foreign_commit_reloads_and_sends_stats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

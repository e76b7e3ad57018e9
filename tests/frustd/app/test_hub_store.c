/* The hub and its store: restarts, failures, other processes' changes, clients that come back. */
#include "frustd/app/hub_rig.h"

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

/* Rule R6: a week later than all that there is, and then before it. */
static void a_clock_that_was_set_back_leaves_the_hours_true(void **state)
{
	static const int64_t steps[] = {0, 9 * FRUST_DAY, -FRUST_DAY, -12 * FRUST_DAY};
	struct fr_buf before = FR_BUF_INIT, after = FR_BUF_INIT;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	for (size_t i = 0; i < FR_ARRAY_LEN(steps); i++) {
		rig.clock_ms += steps[i] * 1000;
		fr_buf_clear(&before);
		fr_buf_clear(&after);
		send_click(&rig, 1, "A", "c", no_ack);
		settle(&rig);
		hours_add_json(&hub_state(rig.hub)->hours, &before);
		rig_close_hub(&rig);
		rig_open_hub(&rig, 1000);
		join(&rig, 1);
		hours_add_json(&hub_state(rig.hub)->hours, &after);
		CHECK(fr_str_eq(fr_buf_str(&before), fr_buf_str(&after)));
	}
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
	send_click(&rig, 1, "A", "lost", acked(1));
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
	send_click(&rig, 1, "A", "late", acked(2));
	check_said(&rig, "ack 2 of 1: the server is stopping\n");
	settle(&rig);
	check_said(&rig, CLICK("A", "\"last\""));
	hub_leave(rig.hub, 1, false);
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
	send_click(&rig, 1, " Troll ", NULL, acked(1));
	send_event(&rig, 1, "spammer", "fu", acked(2));
	hub_auth(rig.hub, 1, FR_STR("spam"), acked(3));
	check_said(&rig, "ack 1 of 1: this name is banned\nack 2 of 1: this name is banned\n"
			 "ack 3 of 1: this name is banned\n");
	hub_auth(rig.hub, 1, FR_STR("Trolls"), acked(4));
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

/* Comes back under the last pid that was given, and what it is told is compared. */
static void resume(struct rig *rig, uint64_t client, const char *offset, const char *expected)
{
	char pid[PID_LEN + 1];

	strcpy(pid, rig->pid);
	hub_join(rig->hub, client, &(struct join){true, fr_str_of(pid), fr_str_of(offset), {0}});
	CHECK(strncmp(said(rig), expected, strlen(expected)) == 0);
	CHECK_STR(fr_str_of(rig->pid), pid);
	forget_said(rig);
}

#define ONE "{\"user\":\"A\",\"comment\":\"1\",\"style\":null,\"timestamp\":" NOW "}"
#define FU "{\"user\":\"A\",\"name\":\"fu\",\"timestamp\":" NOW "}"

static void open_with_recovery(struct rig *rig)
{
	rig_open(rig);
	rig_close_hub(rig);
	rig->recovery_ms = 120000;
	rig_open_hub(rig, 1000);
}

static void who_dropped_is_told_what_was_missed(void **state)
{
	struct rig rig;

	(void)state;
	open_with_recovery(&rig);
	hub_join(rig.hub, 1, &(struct join){.recoverable = true});
	check_said(&rig, "welcome 1\nto 1: stats {\"click_count_total\":0,\"click_count_today\":0,"
			 "\"click_count_hour\":0,\"event_count_total\":0,\"event_count_today\":0,"
			 "\"event_count_hour\":0} @0-0\n");
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	forget_said(&rig);
	send_click(&rig, 1, "A", "1", no_ack);
	send_event(&rig, 1, "A", "rickroll", no_ack);
	send_event(&rig, 1, "A", "fu", no_ack);
	settle(&rig);
	CHECK(strstr(said(&rig), "click " ONE " @1-0\n") != NULL);
	CHECK(strstr(said(&rig), "\"name\":\"rickroll\",\"timestamp\":" NOW "}\n") != NULL);
	hub_leave(rig.hub, 1, false);
	forget_said(&rig);
	resume(&rig, 2, "0-0",
	       "welcome 2\nto 2: click " ONE " @1-0\nto 2: event " FU " @1-1\n"
	       "to 2: stats {");
	CHECK((rig.following & 1 << 2) != 0);
	hub_leave(rig.hub, 2, false);
	forget_said(&rig);
	/* A restart knows them from the database. */
	rig_close_hub(&rig);
	rig_open_hub(&rig, 1000);
	resume(&rig, 3, "1-0", "welcome 3\nto 3: event " FU " @1-1\nto 3: stats {");
	rig_close(&rig);
}

static void who_names_what_nobody_can_go_on_from_begins_anew(void **state)
{
	static const char *const offsets[] = {"2-0", "nonsense", "0-0"};
	struct rig rig;
	char pid[PID_LEN + 1];

	(void)state;
	open_with_recovery(&rig);
	hub_join(rig.hub, 1, &(struct join){.recoverable = true});
	send_click(&rig, 1, "A", "1", no_ack);
	settle(&rig);
	hub_leave(rig.hub, 1, false);
	for (uint64_t i = 0; i < FR_ARRAY_LEN(offsets); i++) {
		if (i == 2)
			rig.clock_ms += 121000; /* too long ago */
		strcpy(pid, rig.pid);
		forget_said(&rig);
		hub_join(rig.hub, 2 + i,
			 &(struct join){true, fr_str_of(pid), fr_str_of(offsets[i]), {0}});
		CHECK(strstr(said(&rig), "click ") == NULL);
		CHECK(strcmp(pid, rig.pid) != 0);
		hub_leave(rig.hub, 2 + i, false);
	}
	rig_close(&rig);
}

static void a_pid_is_taken_over_from_a_ghost_and_never_after_a_goodbye(void **state)
{
	struct rig rig;
	char pid[PID_LEN + 1];

	(void)state;
	open_with_recovery(&rig);
	hub_join(rig.hub, 1, &(struct join){.recoverable = true});
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	forget_said(&rig);
	resume(&rig, 2, "0-0",
	       "message " TOAST("A hat verlassen.") "drop 1\nwelcome 2\nto 2: stats {");
	CHECK_INT(presence_count(hub_presence(rig.hub)), 1);
	hub_leave(rig.hub, 1, false); /* its end is noticed at last */
	CHECK_INT(presence_count(hub_presence(rig.hub)), 1);
	hub_leave(rig.hub, 2, true);
	strcpy(pid, rig.pid);
	hub_join(rig.hub, 3, &(struct join){true, fr_str_of(pid), FR_STR("0-0"), {0}});
	CHECK(strcmp(pid, rig.pid) != 0);
	rig_close(&rig); /* with a client that is still there */
}

static void who_missed_too_much_begins_anew(void **state)
{
	struct rig rig;
	char pid[PID_LEN + 1];

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig.recovery_ms = 120000;
	rig.replay_max = 1000;
	rig_open_hub(&rig, 1000);
	hub_join(rig.hub, 1, &(struct join){.recoverable = true});
	for (int i = 0; i < 20; i++)
		send_click(&rig, 1, "A", NULL, no_ack);
	settle(&rig);
	hub_leave(rig.hub, 1, false);
	forget_said(&rig);
	resume(&rig, 2, "10-0", "welcome 2\nto 2: click {");
	hub_leave(rig.hub, 2, false);
	strcpy(pid, rig.pid);
	forget_said(&rig);
	hub_join(rig.hub, 3, &(struct join){true, fr_str_of(pid), FR_STR("0-0"), {0}});
	CHECK(strstr(said(&rig), "click ") == NULL);
	CHECK(strcmp(pid, rig.pid) != 0);
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
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restart_knows_everything_again),
		cmocka_unit_test(a_clock_that_was_set_back_leaves_the_hours_true),
		cmocka_unit_test(a_failing_store_refuses_and_comes_back_by_itself),
		cmocka_unit_test(a_stopping_hub_refuses_and_plays_what_is_queued),
		cmocka_unit_test(a_foreign_commit_reloads_and_sends_stats),
		cmocka_unit_test(banned_names_are_refused_as_soon_as_they_are),
		cmocka_unit_test(an_announcement_is_said_once_to_those_who_are_there),
		cmocka_unit_test(who_dropped_is_told_what_was_missed),
		cmocka_unit_test(who_names_what_nobody_can_go_on_from_begins_anew),
		cmocka_unit_test(a_pid_is_taken_over_from_a_ghost_and_never_after_a_goodbye),
		cmocka_unit_test(who_missed_too_much_begins_anew),
		cmocka_unit_test(without_recovery_nothing_has_an_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

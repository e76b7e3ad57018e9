/* The hub's rules of order: names, records, acks, refusals, and the turns of hour and day. */
#include "frustd/app/hub_rig.h"

static void a_newcomer_gets_stats_and_all_get_one_pair(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	hub_join(rig.hub, 1, &(struct join){0});
	hub_join(rig.hub, 2, &(struct join){0});
	check_said(&rig,
		   "to 1: stats " STATS(0, 0, 0, 0, 0, 0) "to 2: stats " STATS(0, 0, 0, 0, 0, 0));
	pass(&rig, 0);
	check_said(&rig, "status {\"user_count\":2}\nstats " STATS(0, 0, 0, 0, 0, 0));
	hub_leave(rig.hub, 2, false);
	hub_join(rig.hub, 3, &(struct join){0});
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
	send_click(&rig, 1, " Anna ", "  ", acked(7));
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
	send_event(&rig, 1, "A", "fu", acked(0));
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
	send_event(&rig, 1, "A", "rickroll", acked(5));
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
	send_click(&rig, 1, "A", "1", acked(1));
	send_click(&rig, 2, "B", "2", acked(2));
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
	hub_auth(rig.hub, 1, FR_STR(" A "), acked(1));
	check_said(&rig, "message " TOAST("A ist beigetreten.") "ack 1 of 1: ok\n");
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	check_said(&rig, "");
	send_click(&rig, 1, "B", NULL, no_ack);
	hub_auth(rig.hub, 1, FR_STR("C"), acked(2));
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
	send_click(&rig, 1, " \t", NULL, acked(1));
	send_event(&rig, 1, "A", NULL, acked(2));
	hub_auth(rig.hub, 1, FR_STR("\x01"), acked(3));
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

static void who_is_too_fast_is_told_so_and_counts_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig.rates = (struct limits_options){.client = 1, .address = 2};
	rig_open_hub(&rig, 1000);
	for (uint64_t client = 1; client <= 3; client++)
		join(&rig, client);
	for (int i = 0; i < 5; i++) {
		send_click(&rig, 1, "A", NULL, no_ack);
		send_event(&rig, 1, "A", "fu", no_ack);
		hub_auth(rig.hub, 2, i % 2 ? FR_STR("B") : FR_STR("C"), no_ack);
	}
	settle(&rig);
	forget_said(&rig);
	send_click(&rig, 1, "A", NULL, acked(1));
	send_event(&rig, 1, "A", "fu", acked(2));
	hub_auth(rig.hub, 1, FR_STR("B"), acked(3));
	check_said(&rig, "ack 1 of 1: too fast\nack 2 of 1: too fast\nack 3 of 1: too fast\n");
	for (int i = 0; i < 3; i++)
		send_click(&rig, 1, "A", NULL, no_ack);
	check_said(&rig, "to 1: message " TOAST("Zu schnell, bitte etwas langsamer."));
	/* Five tokens of its address are left, and each of its clients has ten. */
	for (int i = 0; i < 5; i++)
		send_click(&rig, 3, "D", NULL, no_ack);
	send_click(&rig, 3, "D", NULL, acked(4));
	check_said(&rig, "ack 4 of 3: too fast: too much comes from this address\n");
	settle(&rig);
	CHECK_INT(stats_of(&rig)->clicks_total, 10);
	CHECK_INT(stats_of(&rig)->events_total, 5);
	CHECK_INT(hub_counters(rig.hub)->clicks, 10);
	CHECK_INT(hub_counters(rig.hub)->events, 5);
	CHECK_INT(hub_counters(rig.hub)->refused[TEXT_REFUSED_FAST], 6);
	CHECK_INT(hub_counters(rig.hub)->refused[TEXT_REFUSED_CROWD], 1);
	pass(&rig, 1000);
	forget_said(&rig);
	send_click(&rig, 1, "A", NULL, acked(5));
	settle(&rig);
	CHECK(strstr(said(&rig), "ack 5 of 1: id 11") != NULL);
	rig_close(&rig);
}

/* Rule R14. */
static void of_too_many_clicks_some_are_left_out_and_stats_make_up_for_it(void **state)
{
	struct rig rig;
	int shown = 0;

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig.feed_rate = 25;
	rig_open_hub(&rig, 1000);
	join(&rig, 1);
	hub_auth(rig.hub, 1, FR_STR("A"), no_ack);
	for (int i = 0; i < 200; i++) {
		forget_said(&rig);
		if (i % 4 == 3)
			send_event(&rig, 1, "A", "fu", acked(1));
		else
			send_click(&rig, 1, "A", NULL, acked(1));
		settle(&rig);
		CHECK(strstr(said(&rig), "ack 1 of 1: id ") != NULL);
		if (i % 4 == 3)
			CHECK(strstr(said(&rig), EVENT("A", "fu")) != NULL);
		else if (strstr(said(&rig), CLICK("A", "null")))
			shown++;
		if ((i - i / 4 + 1) % 100 == 0 && i % 4 != 3)
			CHECK(strstr(said(&rig), "Klicks!") != NULL);
	}
	CHECK(shown >= 25 && shown < 100);
	CHECK_INT(hub_counters(rig.hub)->unshown, 150 - shown);
	CHECK_INT(stats_of(&rig)->clicks_total, 150);
	forget_said(&rig);
	pass(&rig, 399);
	CHECK(strstr(said(&rig), "stats") == NULL);
	pass(&rig, 1);
	CHECK(strstr(said(&rig), "stats " STATS(150, 150, 150, 50, 50, 50)) != NULL);
	forget_said(&rig);
	pass(&rig, 5000);
	settle(&rig);
	check_said(&rig, "");
	send_click(&rig, 1, "A", NULL, no_ack);
	settle(&rig);
	CHECK(strstr(said(&rig), "click {") != NULL);
	rig_close(&rig);
}

static void the_end_leaves_no_click_uncounted(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	rig_close_hub(&rig);
	rig.feed_rate = 1;
	rig_open_hub(&rig, 1000);
	join(&rig, 1);
	for (int i = 0; i < 100; i++)
		send_click(&rig, 1, "A", NULL, no_ack);
	hub_stop(rig.hub);
	settle(&rig);
	CHECK(hub_counters(rig.hub)->unshown > 0);
	CHECK(strstr(said(&rig), "stats " STATS(100, 100, 100, 0, 0, 0)) != NULL);
	rig_close(&rig);
}

static void at_the_end_nobody_is_told_who_else_leaves(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	join(&rig, 1);
	join(&rig, 2);
	pass(&rig, 1000);
	forget_said(&rig);
	hub_stop(rig.hub);
	hub_leave(rig.hub, 2, false);
	pass(&rig, 1000);
	check_said(&rig, "");
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
	send_click(&rig, 1, "A", NULL, acked(2));
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
	send_click(&rig, 1, "A", "bye", acked(1));
	hub_auth(rig.hub, 1, FR_STR("Z"), acked(2));
	hub_leave(rig.hub, 1, false);
	check_said(&rig, "message " TOAST("A hat verlassen."));
	settle(&rig);
	check_said(&rig, CLICK("A", "\"bye\""));
	CHECK_INT(stats_of(&rig)->clicks_total, 1);
	CHECK_INT(presence_count(hub_presence(rig.hub)), 0);
	hub_leave(rig.hub, 1, false);
	hub_auth(rig.hub, 1, FR_STR("A"), acked(3));
	send_click(&rig, 1, "A", NULL, acked(4));
	settle(&rig);
	check_said(&rig, "");
	rig_close(&rig);
}

static bool is_odd(uint64_t client, uint32_t loop)
{
	CHECK_INT(loop, 7);
	return client % 2;
}

static void all_of_a_loop_can_leave_at_once(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	for (uint64_t client = 1; client <= 5; client++)
		join(&rig, client);
	hub_auth(rig.hub, 3, FR_STR("A"), no_ack);
	forget_said(&rig);
	hub_leave_all(rig.hub, is_odd, 7);
	check_said(&rig, "message " TOAST("A hat verlassen."));
	CHECK_INT(presence_count(hub_presence(rig.hub)), 2);
	CHECK(presence_find(hub_presence(rig.hub), 2) && presence_find(hub_presence(rig.hub), 4));
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
		cmocka_unit_test(who_is_too_fast_is_told_so_and_counts_nothing),
		cmocka_unit_test(of_too_many_clicks_some_are_left_out_and_stats_make_up_for_it),
		cmocka_unit_test(the_end_leaves_no_click_uncounted),
		cmocka_unit_test(at_the_end_nobody_is_told_who_else_leaves),
		cmocka_unit_test(a_full_queue_refuses_at_once),
		cmocka_unit_test(refusals_without_ack_are_a_toast_at_most_once_a_second),
		cmocka_unit_test(who_has_left_is_still_counted),
		cmocka_unit_test(all_of_a_loop_can_leave_at_once),
		cmocka_unit_test(at_the_hours_turn_the_hour_is_zero_and_all_get_stats),
		cmocka_unit_test(at_midnight_today_is_zero_and_the_feed_is_empty),
		cmocka_unit_test(a_clock_set_back_over_midnight_brings_the_old_day_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

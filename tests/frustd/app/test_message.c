/* Messages come out as they went in. */
#include "app/message.h"

#include "helpers/check.h"

static void everything_comes_back_in_order(void **state)
{
	const struct message record = {
		.kind = MESSAGE_RECORD,
		.what = 2,
		.wants_ack = true,
		.client = UINT64_MAX,
		.number = 7,
		.asked_at = 8,
		.texts = {FR_STR("Änne"), FR_STR_NULL, FR_STR(""), FR_STR("a\0b")},
	};
	const struct message join = {
		.kind = MESSAGE_JOIN,
		.flag = true,
		.from = {NET_IPV6, 80, {1, 2, 3}},
	};
	const struct message ack = {
		.kind = MESSAGE_ACK, .refusal = -3, .limit = 9, .id = -1, .timestamp = INT64_MAX};
	struct fr_buf out = FR_BUF_INIT;
	struct message message;
	struct fr_str rest;

	(void)state;
	message_add(&out, &record);
	message_add(&out, &join);
	message_add(&out, &ack);
	CHECK_INT(fr_buf_error(&out), 0);
	rest = fr_buf_str(&out);

	CHECK(message_next(&rest, &message));
	CHECK(message.kind == MESSAGE_RECORD && message.what == 2 && message.wants_ack);
	CHECK(message.client == UINT64_MAX && message.number == 7 && message.asked_at == 8);
	for (size_t i = 0; i < MESSAGE_TEXTS; i++)
		CHECK(fr_str_eq(message.texts[i], record.texts[i]));

	CHECK(message_next(&rest, &message));
	CHECK(message.kind == MESSAGE_JOIN && message.flag && !message.wants_ack);
	CHECK(message.from.family == NET_IPV6 && message.from.port == 80);
	CHECK_INT(message.from.bytes[2], 3);
	CHECK(!message.texts[0].at);

	CHECK(message_next(&rest, &message));
	CHECK(message.kind == MESSAGE_ACK && message.refusal == -3 && message.limit == 9);
	CHECK(message.id == -1 && message.timestamp == INT64_MAX);
	CHECK(!message_next(&rest, &message));
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_back_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

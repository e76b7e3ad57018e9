/* What the server says: attachments, acks, and questions with their answers. */
#include "sio/server.h"

#include "frustd/sio/talk.h"

static const struct conversation conversations[] = {
	{"attachments from the server",
	 4,
	 {"0", "2[\"give\"]", "27[\"give back\"]"},
	 "connect() <0{\"sid\":\"*\"} give() <52-[\"hi\"," PLACES "] <b:one <b:two "
	 "give back() <62-7[" PLACES "] <b:one <b:two left(error) "},
	{"attachments from the server, old",
	 3,
	 {"0/custom", "2/custom,[\"give\"]", "2/custom,0[\"give back\"]"},
	 "connect() <0 connect() <0/custom, give() <52-/custom,[\"hi\"," PLACES
	 "] <b:one <b:two give back() <62-/custom,0[" PLACES
	 "] <b:one <b:two left(error) left(error) "},
	{"attachments for all who follow",
	 4,
	 {"0/custom", "2/custom,[\"follow\"]", "0", "2[\"follow\"]", "2>0", "2>2[\"give all\"]",
	  "2>2[\"follow\"]", "2>2[\"give all\"]"},
	 "connect() <0/custom,{\"sid\":\"*\"} follow() [follow] connect() <0{\"sid\":\"*\"} "
	 "follow() connect() <0{\"sid\":\"*\"} give all() <52-[\"n\"," PLACES "] <b:one <b:two "
	 "follow() [follow] give all() <52-[\"n\"," PLACES "] <b:one <b:two <52-[\"n\"," PLACES
	 "] <b:one <b:two left(error) left(error) left(error) "},

	{"questions answered, each once",
	 4,
	 {"0", "2[\"ask\"]", "61-1[{\"_placeholder\":true,\"num\":0}]", "b:x", "31[]",
	  "30[1,\"2\"]", "30[]", "wait"},
	 "connect() <0{\"sid\":\"*\"} ask() <20[\"why\",1] <52-1[\"why\"," PLACES
	 "] <b:one <b:two answer([{\"_placeholder\":true,\"num\":0}]|x) answer([1,\"2\"]) "
	 "left(error) "},
	{"questions answered, old",
	 3,
	 {"2[\"ask\"]", "2[\"ask\"]", "30[]", "33[0]", "wait"},
	 "connect() <0 ask() <20[\"why\",1] <52-1[\"why\"," PLACES "] <b:one <b:two "
	 "ask() <22[\"why\",1] <52-3[\"why\"," PLACES "] <b:one <b:two "
	 "answer([]) answer([0]) late() late() left(error) "},
	{"questions of two namespaces",
	 4,
	 {"0/custom", "0", "2/custom,[\"ask\"]", "30[1]", "3/custom,0[2]", "1/custom", "31[1]"},
	 "connect() <0/custom,{\"sid\":\"*\"} connect() <0{\"sid\":\"*\"} ask() "
	 "<2/custom,0[\"why\",1] <52-/custom,1[\"why\"," PLACES "] <b:one <b:two "
	 "answer([2]) gone() left(client) left(error) "},
	{"questions answered too late",
	 4,
	 {"0", "2[\"ask\"]", "tick", "31[1]", "tick", "30[1]"},
	 "connect() <0{\"sid\":\"*\"} ask() <20[\"why\",1] <52-1[\"why\"," PLACES
	 "] <b:one <b:two answer([1]) late() left(error) "},
	{"questions never answered",
	 4,
	 {"0", "2[\"ask\"]", "2[\"leave\"]", "30[1]"},
	 "connect() <0{\"sid\":\"*\"} ask() <20[\"why\",1] <52-1[\"why\"," PLACES
	 "] <b:one <b:two leave() <1 gone() gone() left(server) "},
	{"an answer that ends its socket",
	 4,
	 {"0", "2[\"ask\"]", "30[null]", "31[1]"},
	 "connect() <0{\"sid\":\"*\"} ask() <20[\"why\",1] <52-1[\"why\"," PLACES
	 "] <b:one <b:two answer([null]) <1 gone() left(server) "},
	{"a malformed answer",
	 4,
	 {"0", "2[\"ask\"]", "30{}", "31[]"},
	 "connect() <0{\"sid\":\"*\"} ask() <20[\"why\",1] <52-1[\"why\"," PLACES
	 "] <b:one <b:two [fail] gone() gone() left(protocol) "},
};

static void conversations_go_as_written(void **state)
{
	(void)state;
	hold(conversations, FR_ARRAY_LEN(conversations));
}

static void half_a_packet_ends_the_client(void **state)
{
	static const char *const steps[] = {"2[\"give\"]", "21[\"give back\"]", "2[\"ask\"]",
					    "2>2[\"give all\"]"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(steps); i++) {
		struct app app;

		app_init(&app);
		app.short_of_memory = true;
		take_step(&app, 4, "0");
		take_step(&app, 4, "2[\"follow\"]");
		take_step(&app, 4, "2>0");
		app.sessions[0].fail_binary = true;
		take_step(&app, 4, steps[i]);
		CHECK(!app.sessions[0].server);
		CHECK(app.sessions[1].server != NULL);
		app_fini(&app);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_go_as_written),
		cmocka_unit_test(half_a_packet_ends_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

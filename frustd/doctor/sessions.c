/* The checks of Engine.IO's sessions: both transports, and that they live longer than a heartbeat.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "doctor/check.h"

#define PATH "/api/socket.io/?EIO=4&transport="
#define SPARE_MS 5000     /* beyond a heartbeat's time: the way, and a busy server */
#define LARGE_MAX 1000000 /* bytes; servers that take more need not be asked for more */
#define FRAME_MS 5000     /* for the first frame of a WebSocket */
#define UPGRADE                                                                                    \
	"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "                         \
	"proxy_set_header Connection $connection_upgrade;"

struct polling {
	char path[256]; /* with the session's id */
};

static int64_t number_of(const struct doctor *doctor, struct fr_str key)
{
	uint32_t value = fr_json_get(&doctor->json, 0, key);
	int64_t number = 0;

	return value != FR_JSON_NONE && fr_json_int(&doctor->json, value, &number) ? number : 0;
}

static bool ask(struct doctor *doctor, const struct polling *polling, struct fr_str body,
		long timeout)
{
	const struct request request = {
		.path = polling->path, .body = body.at, .body_len = body.len, .timeout = timeout};

	return visit_ask(doctor->visit, &request, &doctor->answer);
}

/* Opens a session: `0{"sid":…,"pingInterval":…}`. */
static bool open_polling(struct doctor *doctor, struct polling *polling)
{
	struct fr_str raw;
	uint32_t sid;

	snprintf(polling->path, sizeof(polling->path), PATH "polling");
	if (!ask(doctor, polling, FR_STR_NULL, 0) || doctor->answer.status != 200 ||
	    !doctor_read_json(doctor, 1))
		return false;
	sid = fr_json_get(&doctor->json, 0, FR_STR("sid"));
	if (sid == FR_JSON_NONE || !fr_json_is(&doctor->json, sid, FR_JSON_STRING))
		return false;
	raw = fr_json_raw(&doctor->json, sid);
	doctor->ping_interval = number_of(doctor, FR_STR("pingInterval"));
	doctor->max_payload = number_of(doctor, FR_STR("maxPayload"));
	return snprintf(polling->path, sizeof(polling->path), PATH "polling&sid=%.*s",
			(int)raw.len - 2, raw.at + 1) < (int)sizeof(polling->path);
}

/* Socket.IO's connect, its answer, and all that follows at once. */
static bool connect_polling(struct doctor *doctor, const struct polling *polling)
{
	return ask(doctor, polling, FR_STR("40"), 0) && doctor->answer.status == 200 &&
	       ask(doctor, polling, FR_STR_NULL, 0) && doctor->answer.status == 200 &&
	       fr_str_starts(fr_buf_str(&doctor->answer.body), FR_STR("40"));
}

/* A message as large as the server takes; it is an event that nobody knows, and goes unheard. */
static void check_large(struct doctor *doctor, const struct polling *polling)
{
	int64_t most = doctor->max_payload < LARGE_MAX ? doctor->max_payload : LARGE_MAX;
	size_t n = most > 100 ? (size_t)most : 100;
	char *body = malloc(n);

	if (!body)
		return;
	memset(body, 'x', n);
	memcpy(body, "42[\"doctor\",\"", 13);
	memcpy(body + n - 2, "\"]", 2);
	if (!ask(doctor, polling, fr_str(body, n), 0) || doctor->answer.status != 200)
		doctor_wrong(doctor, "large posts",
			     "client_max_body_size 1m; (frustd --message-max)",
			     "a message of %zu bytes is refused (%d %s)", n, doctor->answer.status,
			     doctor->answer.error);
	else
		doctor_fine("large posts", "%zu bytes", n);
	free(body);
}

static bool is_ping(struct fr_str payload)
{
	return payload.len > 0 && payload.at[payload.len - 1] == '2';
}

/* Polls until the heartbeat is among what came. */
static bool await_polled_ping(struct doctor *doctor, const struct polling *polling, long timeout)
{
	for (int polls = 0; polls < 100; polls++) {
		if (!ask(doctor, polling, FR_STR_NULL, timeout) || doctor->answer.status != 200)
			return false;
		if (is_ping(fr_buf_str(&doctor->answer.body)))
			return true;
	}
	return false;
}

static bool await_framed_ping(struct doctor *doctor, long timeout)
{
	struct fr_buf frame = FR_BUF_INIT;
	bool came = false;

	while (!came && visit_frame(doctor->visit, timeout, &frame))
		came = is_ping(fr_buf_str(&frame)) && frame.len == 1;
	fr_buf_fini(&frame);
	return came;
}

/* True: open, and its first frame is here. */
static bool check_upgrade(struct doctor *doctor)
{
	struct answer *answer = &doctor->answer;
	bool fine;

	if (!visit_upgrade(doctor->visit, PATH "websocket", doctor->origin, answer)) {
		doctor_wrong(doctor, "WebSocket", UPGRADE, "no upgrade: %d %s", answer->status,
			     answer->error);
		return false;
	}
	fine = visit_frame(doctor->visit, FRAME_MS, &answer->body);
	if (fine)
		doctor_fine("WebSocket", "upgraded");
	else
		doctor_wrong(doctor, "WebSocket", NULL, "upgraded, but nothing comes through");
	return fine;
}

static void check_patience(struct doctor *doctor, const struct polling *polling, bool upgraded)
{
	long patience = (long)doctor->ping_interval + SPARE_MS;

	fprintf(stderr, "waiting up to %ld s for a heartbeat …\n", patience / 1000);
	if (!await_polled_ping(doctor, polling, patience))
		doctor_wrong(doctor, "time-outs", "proxy_read_timeout 75s; (over --ping-interval)",
			     "a poll that waits for its heartbeat ends with %d %s",
			     doctor->answer.status, doctor->answer.error);
	else if (upgraded && !await_framed_ping(doctor, patience))
		doctor_wrong(doctor, "time-outs", "proxy_read_timeout 75s; (over --ping-interval)",
			     "a quiet WebSocket is closed before its heartbeat");
	else
		doctor_fine("time-outs", "longer than a heartbeat (%" PRId64 " ms)",
			    doctor->ping_interval);
}

void check_sessions(struct doctor *doctor)
{
	struct polling polling;
	bool upgraded;

	if (!open_polling(doctor, &polling)) {
		doctor_wrong(doctor, "polling", NULL, "no session is opened (%d %s)",
			     doctor->answer.status, doctor->answer.error);
		return;
	}
	if (!connect_polling(doctor, &polling)) {
		doctor_wrong(doctor, "polling", "one server in upstream, and no proxy_cache",
			     "a session is not found again (%d %s)", doctor->answer.status,
			     doctor->answer.error);
		return;
	}
	doctor_fine("polling", "a session opens and connects");
	check_large(doctor, &polling);
	upgraded = check_upgrade(doctor);
	check_patience(doctor, &polling, upgraded);
	ask(doctor, &polling, FR_STR("1"), 0);
	visit_hang_up(doctor->visit);
}

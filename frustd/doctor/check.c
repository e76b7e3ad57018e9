/* The checks that take a request or two. */
#include "doctor/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#define PASS "proxy_pass http://127.0.0.1:8080; in location / (without a path behind the address)"
#define FORWARDED_FOR "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
#define FORGED "192.0.2.1" /* an address that is nobody's, RFC 5737 */

static const struct fr_json_limits limits = {8, 4096};

FR_PRINTF(3, 0)
static void tell(const char *word, const char *what, const char *format, va_list args)
{
	printf("%-6s %-12s ", word, what);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
}

void doctor_fine(const char *what, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell("ok", what, format, args);
	va_end(args);
}

void doctor_note(const char *what, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell("note", what, format, args);
	va_end(args);
}

void doctor_wrong(struct doctor *doctor, const char *what, const char *cure, const char *format,
		  ...)
{
	va_list args;

	va_start(args, format);
	tell("WRONG", what, format, args);
	va_end(args);
	if (cure)
		printf("%-19s → %s\n", "", cure);
	fflush(stdout);
	doctor->found++;
}

bool doctor_read_json(struct doctor *doctor, size_t from)
{
	struct fr_str body = fr_buf_str(&doctor->answer.body);

	return from <= body.len &&
	       fr_json_parse(&doctor->json, fr_str_skip(body, from), limits) == FR_JSON_OK &&
	       fr_json_is(&doctor->json, 0, FR_JSON_OBJECT);
}

/* The member's string as it stands in the text; absent when it is none. Ours have no escapes. */
static struct fr_str text_of(const struct doctor *doctor, struct fr_str key)
{
	uint32_t value = fr_json_get(&doctor->json, 0, key);
	struct fr_str raw;

	if (value == FR_JSON_NONE || !fr_json_is(&doctor->json, value, FR_JSON_STRING))
		return FR_STR_NULL;
	raw = fr_json_raw(&doctor->json, value);
	return fr_str(raw.at + 1, raw.len - 2);
}

static bool get(struct doctor *doctor, const char *path)
{
	return visit_ask(doctor->visit, &(struct request){.path = path}, &doctor->answer);
}

bool check_api(struct doctor *doctor)
{
	struct answer *answer = &doctor->answer;
	char cure[512];
	uint32_t ready;

	if (!get(doctor, "/api")) {
		doctor_wrong(doctor, "site", NULL, "nothing answers at %s: %s", doctor->url,
			     answer->error);
		return false;
	}
	if (answer->status == 502 || answer->status == 503 || answer->status == 504) {
		doctor_wrong(doctor, "site",
			     "proxy_pass must name where frustd listens, and it must run",
			     "the proxy does not reach frustd (%d)", answer->status);
		return false;
	}
	if (answer->status >= 300 && answer->status < 400) {
		snprintf(cure, sizeof(cure), "examine where it leads: %.*s",
			 FR_STR_ARG(answer_header(answer, FR_STR("Location"))));
		doctor_wrong(doctor, "site", cure, "%s leads elsewhere (%d)", doctor->url,
			     answer->status);
		return false;
	}
	if (answer->status != 200 || !doctor_read_json(doctor, 0) ||
	    !fr_str_eq(text_of(doctor, FR_STR("server")), FR_STR("frustd"))) {
		doctor_wrong(doctor, "site", PASS, "/api is not frustd's (%d)", answer->status);
		return false;
	}
	ready = fr_json_get(&doctor->json, 0, FR_STR("ready"));
	if (ready == FR_JSON_NONE || !fr_str_eq(fr_json_raw(&doctor->json, ready), FR_STR("true")))
		doctor_wrong(doctor, "site", "see frustd's log", "frustd cannot store now");
	else
		doctor_fine("site", "frustd %.*s, which stores",
			    FR_STR_ARG(text_of(doctor, FR_STR("version"))));
	return true;
}

void check_routes(struct doctor *doctor)
{
	static const char *const paths[] = {
		"/api/latest_clicks?limit=1", "/api/latest_events?limit=1", "/api/latest_hours",
		"/api/users?top=1",           "/api/online_users?limit=1",  "/api/current_stats"};
	struct answer *answer = &doctor->answer;
	bool fine = true;

	for (size_t i = 0; i < FR_ARRAY_LEN(paths); i++) {
		if (get(doctor, paths[i]) && answer->status == 200 &&
		    fr_str_starts(answer_header(answer, FR_STR("Content-Type")),
				  FR_STR("application/json")))
			continue;
		fine = false;
		doctor_wrong(doctor, "routes", PASS, "%s: %d %s", paths[i], answer->status,
			     answer->error);
	}
	if (fine)
		doctor_fine("routes", "all answer");
	if (get(doctor, "/api/current_stats") &&
	    !fr_str_eq(answer_header(answer, FR_STR("Cache-Control")), FR_STR("no-cache")))
		doctor_wrong(doctor, "caching",
			     "no expires, add_header Cache-Control or proxy_cache here",
			     "Cache-Control is not what frustd says: answers get old");
	if (get(doctor, "/metrics") && answer->status == 200)
		doctor_wrong(doctor, "metrics", "location = /metrics { return 404; }",
			     "/metrics is open to everybody");
	else
		doctor_fine("metrics", "closed to visitors");
}

static bool ask_client(struct doctor *doctor, const char *header)
{
	const struct request request = {.path = "/api/client", .headers = {header}};

	return visit_ask(doctor->visit, &request, &doctor->answer) &&
	       doctor->answer.status == 200 && doctor_read_json(doctor, 0);
}

static void check_site(struct doctor *doctor)
{
	struct fr_str scheme = text_of(doctor, FR_STR("scheme"));
	struct fr_str host = text_of(doctor, FR_STR("host"));
	const char *ours = strstr(doctor->origin, "://");

	if (!fr_str_eq(host, fr_str_of(ours + 3)))
		doctor_wrong(doctor, "site's name", "proxy_set_header Host $http_host;",
			     "frustd is told %.*s", FR_STR_ARG(host));
	else if (!fr_str_eq(scheme, fr_str(doctor->origin, (size_t)(ours - doctor->origin))))
		doctor_wrong(doctor, "site's name", "proxy_set_header X-Forwarded-Proto $scheme;",
			     "frustd is told %.*s", FR_STR_ARG(scheme));
	else
		doctor_fine("site's name", "%.*s://%.*s", FR_STR_ARG(scheme), FR_STR_ARG(host));
}

void check_forwarded(struct doctor *doctor)
{
	struct fr_str chain;
	bool proxied;

	if (!ask_client(doctor, NULL)) {
		doctor_note("address", "/api/client says nothing: is this frustd older?");
		return;
	}
	check_site(doctor);
	/* frustd itself does not say who it is. */
	proxied = answer_header(&doctor->answer, FR_STR("Server")).at != NULL;
	chain = text_of(doctor, FR_STR("forwarded_for"));
	if (!chain.at && proxied) {
		doctor_wrong(doctor, "address", FORWARDED_FOR,
			     "the proxy does not tell who asks: everybody is %.*s",
			     FR_STR_ARG(text_of(doctor, FR_STR("address"))));
		return;
	}
	doctor_fine("address", "frustd takes us for %.*s",
		    FR_STR_ARG(text_of(doctor, FR_STR("address"))));
	if (proxied && ask_client(doctor, "X-Forwarded-For: " FORGED) &&
	    fr_str_eq(text_of(doctor, FR_STR("forwarded_for")), FR_STR(FORGED)))
		doctor_wrong(doctor, "address", FORWARDED_FOR,
			     "the proxy passes on what visitors claim to be");
}

/* The status of a handshake by a page of that origin. */
static int handshake_of(struct doctor *doctor, const char *origin)
{
	char header[512];
	struct request request = {.path = "/api/socket.io/?EIO=4&transport=polling",
				  .headers = {header}};

	snprintf(header, sizeof(header), "Origin: %s", origin);
	visit_ask(doctor->visit, &request, &doctor->answer);
	return doctor->answer.status;
}

void check_origin(struct doctor *doctor)
{
	int own = handshake_of(doctor, doctor->origin);
	int other = handshake_of(doctor, "https://frustd-doctor.invalid");

	if (own == 200)
		doctor_fine("origin", "pages of %s may connect", doctor->origin);
	else
		doctor_wrong(doctor, "origin",
			     "proxy_set_header Host $http_host; and X-Forwarded-Proto $scheme; "
			     "or frustd --cors-origin",
			     "pages of %s may not connect (%d)", doctor->origin, own);
	if (other == 200)
		doctor_note("origin", "pages of any other site may connect (--cors-origin '*')");
}

void check_compression(struct doctor *doctor)
{
	const struct request request = {.path = "/api/socket.io/socket.io.js",
					.headers = {"Accept-Encoding: gzip"}};

	if (!visit_ask(doctor->visit, &request, &doctor->answer) || doctor->answer.status != 200)
		doctor_note("compression", "nothing large enough to tell by (--no-client)");
	else if (fr_str_eq(answer_header(&doctor->answer, FR_STR("Content-Encoding")),
			   FR_STR("gzip")))
		doctor_fine("compression", "gzip");
	else
		doctor_wrong(doctor, "compression",
			     "no proxy_set_header Accept-Encoding \"\"; and no gunzip",
			     "large answers come uncompressed");
}

/*
 * frustd-doctor: looks at a deployed site from outside and names what its proxy lacks. "frustd
 * doctor" runs it. A program of its own, so that the server carries no HTTP client.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "doctor/check.h"

#define TIMEOUT_MS 10000

enum { FINE = 0, FOUND = 1, USAGE = 2, FAILED = 3 };

static const char help[] =
	"frustd doctor: looks at a site from outside and names what its proxy lacks\n\n"
	"usage: frustd doctor [--insecure] URL\n\n"
	"  URL              of the site, such as https://example.org\n"
	"  --insecure       take any certificate\n"
	"  --help           this text\n\n"
	"Takes as long as a heartbeat (25 s, unless frustd has another --ping-interval).\n"
	"Exit codes: 0 all is well, 1 something is wrong, 2 bad usage, 3 out of memory.\n";

/* The URL without what follows its host and port; NULL when it is none. */
static char *site_of(const char *url)
{
	size_t scheme = strncmp(url, "http://", 7) == 0    ? 7
			: strncmp(url, "https://", 8) == 0 ? 8
							   : 0;
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	if (!scheme || n <= scheme || strcspn(url + scheme, "/?#@ ") < n - scheme)
		return NULL;
	return strndup(url, n);
}

/* As browsers name the site: in small letters, without a default port. */
static char *origin_of(const char *site)
{
	bool secure = strncmp(site, "https", 5) == 0;
	const char *usual = secure ? ":443" : ":80";
	char *origin = strdup(site);
	size_t n;

	if (!origin)
		return NULL;
	n = strlen(origin);
	if (n > strlen(usual) && strcmp(origin + n - strlen(usual), usual) == 0)
		origin[n - strlen(usual)] = '\0';
	for (char *at = origin; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return origin;
}

static int examine(struct doctor *doctor, bool insecure)
{
	const struct visit_options options = {doctor->url, insecure, TIMEOUT_MS};

	doctor->visit = visit_new(&options);
	if (!doctor->visit)
		return FAILED;
	if (check_api(doctor)) {
		check_routes(doctor);
		check_forwarded(doctor);
		check_origin(doctor);
		check_compression(doctor);
		check_sessions(doctor);
	}
	answer_fini(&doctor->answer);
	fr_json_fini(&doctor->json);
	visit_free(doctor->visit);
	if (doctor->found)
		printf("%u %s wrong\n", doctor->found,
		       doctor->found == 1 ? "thing is" : "things are");
	return doctor->found ? FOUND : FINE;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"insecure", no_argument, NULL, 'i'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct doctor doctor = {0};
	bool insecure = false;
	char *site = NULL, *origin = NULL;
	int found, code = FAILED;

	while ((found = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (found == 'h')
			return fputs(help, stdout) < 0 ? FAILED : FINE;
		if (found != 'i')
			return USAGE;
		insecure = true;
	}
	if (optind + 1 == argc)
		site = site_of(argv[optind]);
	if (!site) {
		fputs("usage: frustd doctor [--insecure] URL, such as https://example.org\n",
		      stderr);
		return USAGE;
	}
	origin = origin_of(site);
	if (origin) {
		doctor.url = site;
		doctor.origin = origin;
		code = examine(&doctor, insecure);
	}
	free(origin);
	free(site);
	return code;
}

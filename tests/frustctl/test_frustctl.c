/* The real binary, as a person or a script runs it. */
#include "libfrust/scratch.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helpers/check.h"

struct result {
	int code;
	char out[32768], err[1024];
};

static void read_all(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t n;

	CHECK(file != NULL);
	n = fread(out, 1, size - 1, file);
	CHECK(n < size - 1);
	out[n] = '\0';
	fclose(file);
	CHECK_INT(remove(path), 0);
}

/* Runs "frustctl WORDS" by the shell, in the scratch folder. */
static struct result *ctl(const struct scratch *s, const char *words)
{
	static struct result result;
	char line[1024], path[128];
	int status;

	snprintf(line, sizeof(line), "cd %s && (" FRUSTCTL " %s) >out 2>err", s->dir, words);
	status = system(line);
	CHECK(WIFEXITED(status));
	result.code = WEXITSTATUS(status);
	snprintf(path, sizeof(path), "%s/out", s->dir);
	read_all(path, result.out, sizeof(result.out));
	snprintf(path, sizeof(path), "%s/err", s->dir);
	read_all(path, result.err, sizeof(result.err));
	return &result;
}

static void check_failure(const struct scratch *s, const char *words, int code, const char *err)
{
	const struct result *r = ctl(s, words);

	CHECK_TEXT(r->err, err);
	CHECK_INT(r->code, code);
	CHECK_TEXT(r->out, "");
}

static void check_output(const struct scratch *s, const char *words, const char *out)
{
	const struct result *r = ctl(s, words);

	CHECK_TEXT(r->err, "");
	CHECK_TEXT(r->out, out);
	CHECK_INT(r->code, 0);
}

static void stats_come_as_table_and_as_json(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	check_output(&s, "stats --now 1795371634",
		     "        total  today  this hour\n"
		     "clicks    347     39          2\n"
		     "events     56      6          2\n");
	check_output(&s, "stats --now=1795374010 --format=json --db db.sqlite",
		     "{\"click_count_total\":347,\"click_count_today\":39,\"click_count_hour\":0,"
		     "\"event_count_total\":56,\"event_count_today\":6,\"event_count_hour\":0}\n");
	scratch_fini(&s);
}

static void users_are_aligned_by_what_a_terminal_shows(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	check_output(&s, "users", "name  clicks  events\n");
	check_output(&s, "users --format json", "[]\n");
	scratch_exec(&s, "INSERT INTO users VALUES ('Bob', 1, 12345678), ('J\u00fcrgen', 22, 0),"
			 " ('\u6f22\u5b57', 3, 0), ('e\u0301', 4, 0), ('\U0001f600!', 5, 0)");
	check_output(&s, "users",
		     "name    clicks    events\n"
		     "Bob          1  12345678\n"
		     "J\u00fcrgen      22         0\n"
		     "\u6f22\u5b57         3         0\n"
		     "e\u0301            4         0\n"
		     "\U0001f600!          5         0\n");
	check_output(&s, "users --format json",
		     "[\n"
		     "{\"name\":\"Bob\",\"click_count\":1,\"event_count\":12345678},\n"
		     "{\"name\":\"J\u00fcrgen\",\"click_count\":22,\"event_count\":0},\n"
		     "{\"name\":\"\u6f22\u5b57\",\"click_count\":3,\"event_count\":0},\n"
		     "{\"name\":\"e\u0301\",\"click_count\":4,\"event_count\":0},\n"
		     "{\"name\":\"\U0001f600!\",\"click_count\":5,\"event_count\":0}\n"
		     "]\n");
	scratch_fini(&s);
}

static void no_name_can_play_with_the_terminal(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(&s, "INSERT INTO users VALUES (char(27) || '[31m', 1, 0), ('a' || char(10) || "
			 "'b', 1, 0),"
			 " (char(155), 1, 0), (char(127), 1, 0), (char(8238), 1, 0),"
			 " (CAST(x'61ff62' AS TEXT), 1, 0), (CAST(x'610062' AS TEXT), 1, 0)");
	check_output(&s, "users",
		     "name        clicks  events\n"
		     "\\u{1b}[31m       1       0\n"
		     "a\\u{a}b          1       0\n"
		     "\\u{9b}           1       0\n"
		     "\\u{7f}           1       0\n"
		     "\\u{202e}         1       0\n"
		     "a\\xffb           1       0\n"
		     "a\\u{0}b          1       0\n");
	for (const char *c = ctl(&s, "users --format json")->out; *c; c++)
		CHECK(*c == '\n' || (unsigned char)*c >= 0x20);
	CHECK(strstr(ctl(&s, "users --format json")->out, "\xc2\x9b") == NULL);
	scratch_fini(&s);
}

static void a_long_name_is_shown_whole(void **state)
{
	struct scratch s;
	const struct result *r;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(&s, "INSERT INTO users VALUES (replace(hex(zeroblob(2000)), '0', 'x'), 1, 0)");
	r = ctl(&s, "users --format json");
	CHECK_INT(r->code, 0);
	CHECK_INT(strspn(strchr(r->out, 'x'), "x"), 4000);
	scratch_fini(&s);
}

static void hours_are_iso_times_in_tables_and_seconds_in_json(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(
		&s,
		"INSERT INTO hours VALUES (1795366800, 4, 1, 345, 54), (1795370400, 2, 2, 347, 56),"
		" (9223372036854775800, 0, 0, 347, 56)");
	check_output(
		&s, "hours",
		"hour                  clicks  events  clicks total  events total  events today\n"
		"2026-11-22T17:00:00Z       4       1           345            54             1\n"
		"2026-11-22T18:00:00Z       2       2           347            56             3\n"
		"9223372036854775800        0       0           347            56             0\n");
	scratch_exec(&s, "DELETE FROM hours WHERE timestamp > 1795366800");
	check_output(
		&s, "hours --format json",
		"[\n{\"timestamp\":1795366800,\"click_count\":4,\"event_count\":1,"
		"\"click_count_total\":345,\"event_count_total\":54,\"event_count_today\":1}\n]\n");
	scratch_fini(&s);
}

static void a_running_server_is_no_hindrance(void **state)
{
	struct frust_record click = click_of("Anna", NULL, 1795371634);
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	check_output(&s, "users", "name  clicks  events\nAnna       1       0\n");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	check_output(&s, "users", "name  clicks  events\nAnna       2       0\n");
	frust_close(db);
	scratch_fini(&s);
}

static void the_database_is_named_by_option_or_environment(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	CHECK_INT(setenv("FRUST_DB", "none.sqlite", 1), 0);
	check_failure(&s, "stats", 4, "frustctl: none.sqlite: No such file or directory\n");
	CHECK_INT(ctl(&s, "stats --db db.sqlite")->code, 0);
	CHECK_INT(setenv("FRUST_DB", s.db, 1), 0);
	CHECK_INT(ctl(&s, "stats")->code, 0);
	CHECK_INT(unsetenv("FRUST_DB"), 0);
	scratch_fini(&s);
}

static void failures_are_one_line_and_a_code(void **state)
{
	struct scratch s;
	const struct result *r;

	(void)state;
	scratch_init(&s);
	check_failure(&s, "stats", 4, "frustctl: ./db.sqlite: No such file or directory\n");
	check_failure(&s, "stats --db .", 4, "frustctl: . is not a regular file\n");
	check_failure(&s, "stats --db err", 4, "frustctl: err holds no tables\n");
	check_failure(&s, "stats --db /bin/sh", 4, "frustctl: /bin/sh is not a database\n");
	scratch_reference(&s);
	check_failure(&s, "", 2, "frustctl: a command is missing; try frustctl --help\n");
	check_failure(&s, "fly", 2, "frustctl: there is no command fly; try frustctl --help\n");
	check_failure(&s, "help fly", 2,
		      "frustctl: there is no command fly; try frustctl --help\n");
	check_failure(&s, "users Anna", 2,
		      "frustctl: one word too many: Anna; try frustctl --help\n");
	check_failure(&s, "users --fly", 2,
		      "frustctl: there is no option --fly; try frustctl --help\n");
	check_failure(&s, "users -h=1", 2, "frustctl: -h takes no value; try frustctl --help\n");
	check_failure(&s, "users --db", 2, "frustctl: --db takes a value; try frustctl --help\n");
	check_failure(&s, "users --format xml", 2,
		      "frustctl: --format is table or json; try frustctl --help\n");
	check_failure(&s, "users --now 5", 2,
		      "frustctl: users does not take --now; try frustctl --help\n");
	check_failure(&s, "stats --now soon", 2,
		      "frustctl: --now is a number of seconds; try frustctl --help\n");
	r = ctl(&s, "users >/dev/full");
	CHECK_INT(r->code, 5);
	CHECK_TEXT(r->err, "frustctl: the output cannot be written: No space left on device\n");
	scratch_fini(&s);
}

static void help_names_every_command_and_code(void **state)
{
	static const char *const words[] = {"stats",     "users", "hours", "--db FILE", "FRUST_DB",
					    "  0  fine", "  2  ", "  4  ", "  5  "};
	struct scratch s;
	const struct result *r;

	(void)state;
	scratch_init(&s);
	r = ctl(&s, "--help");
	CHECK_INT(r->code, 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CHECK(strstr(r->out, words[i]) != NULL);
	r = ctl(&s, "stats --help");
	CHECK_INT(r->code, 0);
	CHECK(strncmp(r->out, "Usage: frustctl stats", 21) == 0);
	CHECK(strstr(r->out, "--now SECONDS") != NULL);
	r = ctl(&s, "help users");
	CHECK_INT(r->code, 0);
	CHECK(strncmp(r->out, "Usage: frustctl users", 21) == 0);
	CHECK(strstr(r->out, "--now") == NULL);
	check_output(&s, "--version", "frustctl " FRUST_VERSION "\n");
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stats_come_as_table_and_as_json),
		cmocka_unit_test(users_are_aligned_by_what_a_terminal_shows),
		cmocka_unit_test(no_name_can_play_with_the_terminal),
		cmocka_unit_test(a_long_name_is_shown_whole),
		cmocka_unit_test(hours_are_iso_times_in_tables_and_seconds_in_json),
		cmocka_unit_test(a_running_server_is_no_hindrance),
		cmocka_unit_test(the_database_is_named_by_option_or_environment),
		cmocka_unit_test(failures_are_one_line_and_a_code),
		cmocka_unit_test(help_names_every_command_and_code),
	};
	unsetenv("FRUST_DB");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

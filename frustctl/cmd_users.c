/* frustctl users: everybody who ever pressed. */
#include "cmd.h"
#include "people.h"

static const struct out_column columns[] = {
	{"name", "name", OUT_TEXT},
	{"click_count", "clicks", OUT_INT},
	{"event_count", "events", OUT_INT},
};

static int run(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	bool top = opt->given & OPT_TOP;
	enum opt_sort sort = top && !(opt->given & OPT_SORT) ? OPT_BY_CLICKS : opt->sort;
	int64_t limit = top && !(opt->given & OPT_LIMIT) ? opt->top : opt->limit;
	struct people people;
	int status = people_init(&people, ctl, sort, limit);

	if (!status)
		status = out_begin(&ctl->out, NULL, columns, 3);
	for (size_t i = 0; i < people.count && !status; i++) {
		const struct person *person = &people.list[i];

		status = out_row(&ctl->out, (struct out_cell[]){out_text(person->name),
								out_int(person->clicks),
								out_int(person->events)});
	}
	people_fini(&people);
	return status ? status : out_end(&ctl->out);
}

const struct cmd cmd_users = {
	.name = "users",
	.group = "Look",
	.summary = "every user with their clicks and events",
	.text = "Every user with their clicks and events, in order of first appearance. With "
		"--since or --until: who pressed in that time, and how often.",
	.takes = OPT_PRINTS | OPT_TIMES | OPT_ROWS | OPT_SORT | OPT_TOP | OPT_MATCH,
	.reads = true,
	.run = run,
};

/* frustctl users: everybody who ever pressed. */
#include "cmd.h"
#include "out.h"

static const struct out_column columns[] = {{"name", false}, {"clicks", true}, {"events", true}};

static int add_row(void *ctx, const struct frust_user *user)
{
	struct out_table *table = ctx;

	out_table_text(table, user->name);
	out_table_int(table, user->clicks);
	out_table_int(table, user->events);
	return 0;
}

static size_t to_json(char *out, size_t size, const void *row)
{
	return frust_user_json(out, size, row);
}

static int add_json(void *ctx, const struct frust_user *user)
{
	return out_list_add(ctx, to_json, user);
}

static int print_table(struct frust *db, struct frust_error *err)
{
	struct out_table table;
	int status;

	out_table_init(&table, columns, 3);
	status = frust_users(db, add_row, &table, err);
	if (!status)
		status = out_table_print(&table, stdout);
	out_table_fini(&table);
	return status;
}

static int print_json(struct frust *db, struct frust_error *err)
{
	struct out_list list;
	int status;

	out_list_begin(&list, stdout);
	status = frust_users(db, add_json, &list, err);
	if (!status)
		out_list_end(&list); /* an array that stays open is not taken for whole */
	return status;
}

static int run(struct frust *db, const struct opt *opt, struct frust_error *err)
{
	return opt->format == OPT_JSON ? print_json(db, err) : print_table(db, err);
}

const struct cmd cmd_users = {
	.name = "users",
	.summary = "every user with their clicks and events",
	.text = "Every user with their clicks and events, in order of first appearance.",
	.run = run,
};

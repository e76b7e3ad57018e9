#include "acts.h"

#include <stdlib.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"

void acts_init(struct acts *acts)
{
	struct frust_record records[] = {click_of("Anna", NULL, NOON + 1),
					 click_of("Zoe", "new", NOON - FRUST_HOUR),
					 event_of("Zoe", "rickroll", NOON + 9 * FRUST_HOUR),
					 event_of("-Bob", "@fu", NOON + FRUST_HOUR + 5),
					 event_of("-Bob", "@fu", NOON + FRUST_HOUR + 5)};
	struct frust_ban ban = {text_of("new"), false, NOON};
	struct frust *db;

	scratch_init(&acts->other);
	db = scratch_open(&acts->other, FRUST_CREATE);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	CHECK_INT(frust_user_erase(db, text_of("Anna"), FRUST_REMOVE, NULL, NULL, NULL), 0);
	CHECK_INT(frust_ban_add(db, &ban, NULL, NULL, NULL), 0);
	/* as the Python server counts beyond its rows */
	scratch_exec(&acts->other, "UPDATE hours SET events = events + 1");
	stock_export(db, FRUST_NDJSON, false, &acts->text);
	snprintf(acts->backup, sizeof(acts->backup), "%s/backup", acts->other.dir);
	snprintf(acts->target, sizeof(acts->target), "%s/target", acts->other.dir);
	CHECK_INT(frust_backup(db, acts->backup, false, NULL, NULL, NULL), 0);
	frust_close(db);
}

void acts_fini(struct acts *acts)
{
	fr_buf_fini(&acts->text);
	scratch_fini(&acts->other);
}

static int no_bytes(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
	return 0;
}

static int do_export(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_export(db, NULL, no_bytes, NULL, NULL, err);
}

static int do_check(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_check(db, NULL, NULL, NULL, NULL, err);
}

static int do_user(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_profile profile;

	(void)acts;
	return frust_user(db, text_of("Anna"), &profile, err);
}

static int no_day(void *ctx, const struct frust_day *day)
{
	(void)ctx;
	(void)day;
	return 0;
}

static int do_days(struct frust *db, struct acts *acts, struct frust_error *err)
{
	int status = frust_days(db, text_of(NULL), INT64_MIN, INT64_MAX, NULL, no_day, NULL, err);

	(void)acts;
	return status ? status
		      : frust_days(db, text_of("Anna"), NOON, NOON + 1, NULL, no_day, NULL, err);
}

static int do_info(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_info info;

	(void)acts;
	return frust_info(db, &info, err);
}

static int do_merge(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;

	options.merge = true;
	return stock_import(db, fr_buf_str(&acts->text), 4096, &options, NULL, err);
}

static int do_restore(struct frust *db, struct acts *acts, struct frust_error *err)
{
	return frust_restore(db, acts->backup, NULL, NULL, err);
}

/* The file goes again, so that it can be made once more. */
static int do_backup(struct frust *db, struct acts *acts, struct frust_error *err)
{
	int status = frust_backup(db, acts->target, false, NULL, NULL, err);

	CHECK((access(acts->target, F_OK) == 0) == (status == 0));
	unlink(acts->target);
	return status;
}

static int do_repair(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_repair(db, NULL, NULL, NULL, NULL, err);
}

static int do_rename(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_user_rename(db, text_of("Anna"), text_of("Berta"), NULL, NULL, err);
}

static int do_merge_users(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_str names[] = {text_of("Anna"), text_of("a\\b")};

	(void)acts;
	return frust_user_merge(db, names, 2, text_of("-Bob"), NULL, NULL, err);
}

static int do_anonymise(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_user_erase(db, text_of("Anna"), FRUST_ANONYMISE, NULL, NULL, err);
}

static int do_remove(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_user_erase(db, text_of("Anna"), FRUST_REMOVE, NULL, NULL, err);
}

static int do_delete(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_filter filter = FRUST_FILTER_INIT;

	(void)acts;
	filter.text = text_of("*<b>");
	return frust_records_delete(db, FRUST_CLICK, &filter, NULL, NULL, err);
}

static int do_ban(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_ban ban = {text_of("more"), true, NOON};

	(void)acts;
	return frust_ban_add(db, &ban, NULL, NULL, err);
}

static int do_unban(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_ban ban = {text_of("Eve"), false, 0};

	(void)acts;
	return frust_ban_remove(db, &ban, NULL, NULL, err);
}

static int no_words(void *ctx, const struct frust_announcement *announcement)
{
	(void)ctx;
	(void)announcement;
	return 0;
}

static int do_announce(struct frust *db, struct acts *acts, struct frust_error *err)
{
	struct frust_announcement words = {text_of("hello"), text_of("big"), FRUST_POPUP, NOON};
	int status = frust_announce(db, &words, NULL, err);

	(void)acts;
	return status ? status : frust_announcements_take(db, no_words, NULL, err);
}

static int do_vacuum(struct frust *db, struct acts *acts, struct frust_error *err)
{
	(void)acts;
	return frust_vacuum(db, NULL, NULL, err);
}

const struct act all_acts[] = {
	{"export", do_export, true},      {"check", do_check, true},
	{"user", do_user, true},          {"days", do_days, true},
	{"info", do_info, true},          {"merge", do_merge, false},
	{"restore", do_restore, false},   {"backup", do_backup, true},
	{"repair", do_repair, false},     {"rename", do_rename, false},
	{"users", do_merge_users, false}, {"anonymise", do_anonymise, false},
	{"remove", do_remove, false},     {"delete", do_delete, false},
	{"ban", do_ban, false},           {"unban", do_unban, false},
	{"announce", do_announce, true},  {"vacuum", do_vacuum, true},
};
const size_t act_count = FR_ARRAY_LEN(all_acts);

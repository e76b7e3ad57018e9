/* frustctl init, migrate, vacuum, backup and restore: the database as a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "file.h"
#include "text.h"

/* SQLite would take what a crash left of another database for the new one's. */
static int check_log(const char *db, const char *suffix)
{
	struct stat st;
	char *log;
	int status = 0;

	if (asprintf(&log, "%s%s", db, suffix) < 0)
		return FRUST_ENOMEM;
	if (stat(log, &st) == 0 && st.st_size > 0)
		status = ctl_fail(CTL_EXISTS,
				  "%s is the log of another database: move it away with that one",
				  log);
	free(log);
	return status;
}

static int make_empty(const char *path, struct frust_error *err)
{
	static const char *const logs[] = {"-wal", "-shm"};
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;
	int status;

	options.mode = FRUST_CREATE;
	status = frust_open(path, &options, &db, err);
	frust_close(db);
	for (size_t i = 0; i < 2; i++) {
		char *log;

		if (asprintf(&log, "%s%s", path, logs[i]) < 0)
			return FRUST_ENOMEM;
		if (unlink(log) == 0 && !status)
			status = FRUST_EIO; /* what it held did not go into the file */
		free(log);
	}
	return status;
}

/* Beside its place, so that it is whole or not there. */
static int make_database(struct ctl *ctl)
{
	struct file file;
	int status = check_log(ctl->opt->db, "-wal");

	if (!status)
		status = check_log(ctl->opt->db, "-journal");
	if (status)
		return status;
	status = file_create(&file, ctl->opt->db, false);
	if (!status)
		status = make_empty(file.temporary, &ctl->err);
	status = file_close(&file, status);
	return status == CTL_SYSTEM ? CTL_DATABASE : status;
}

static int run_init(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	int status;

	if (access(opt->db, F_OK) == 0)
		return ctl_fail(CTL_EXISTS, "%s is there already", opt->db);
	if (!opt->dry_run) {
		status = make_database(ctl);
		if (status)
			return status;
	}
	if (!opt->quiet)
		fprintf(stderr, "frustctl: %s %s\n", opt->dry_run ? "would make" : "made", opt->db);
	return 0;
}

const struct cmd cmd_init = {
	.name = "init",
	.group = "Care",
	.summary = "make an empty database",
	.text = "Makes an empty database where there is none.",
	.takes = OPT_DB | OPT_DRY_RUN,
	.run = run_init,
};

static int migrate(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		   void *ctx)
{
	(void)ctx;
	return frust_migrate(ctl->opt->db, how, receipt, &ctl->err);
}

static int run_migrate(struct ctl *ctl)
{
	const struct change change = {
		.verb = "migrate",
		.past = "migrated",
		.whom = ctl->opt->db,
		.numbers = CHANGE_SCHEMA,
		.no_db = true,
		.make = migrate,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_migrate = {
	.name = "migrate",
	.group = "Care",
	.summary = "bring the tables to this version",
	.text = "Adds the tables and indexes of this version where they are missing, as frustd "
		"does at its start. What the Python server made stays as it is, and it can still "
		"open the database.",
	.takes = OPT_CHANGES,
	.run = run_migrate,
};

static int vacuum(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		  void *ctx)
{
	(void)ctx;
	return frust_vacuum(ctl->db, how, receipt, &ctl->err);
}

static int run_vacuum(struct ctl *ctl)
{
	const struct change change = {
		.verb = "vacuum",
		.past = "vacuumed",
		.whom = ctl->opt->db,
		.numbers = CHANGE_BYTES,
		.make = vacuum,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_vacuum = {
	.name = "vacuum",
	.group = "Care",
	.summary = "give unused space back",
	.text = "Rewrites the file without the space that deleted rows have left. Needs as much "
		"free space again, and every other process to keep still meanwhile.",
	.takes = OPT_CHANGES,
	.run = run_vacuum,
};

/* --- copies --- */

static int backup(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		  void *ctx)
{
	(void)ctx;
	return frust_backup(ctl->db, ctl->opt->words[0], ctl->opt->replace, how, receipt,
			    &ctl->err);
}

static int run_backup(struct ctl *ctl)
{
	const struct change change = {
		.verb = "back up to",
		.past = "backed up to",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS | CHANGE_BYTES_AFTER,
		.no_db = true,
		.harmless = true,
		.make = backup,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_backup = {
	.name = "backup",
	.words = "FILE",
	.least = 1,
	.most = 1,
	.group = "Move",
	.summary = "copy the database while it is in use",
	.text = "Makes FILE a copy of the database as of one moment, checked page by page; the "
		"server may run meanwhile. FILE appears when it is whole.",
	.takes = OPT_DB | OPT_FORMAT | OPT_DRY_RUN | OPT_REPLACE,
	.reads = true,
	.run = run_backup,
};

static int restore(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		   void *ctx)
{
	(void)ctx;
	return frust_restore(ctl->db, ctl->opt->words[0], how, receipt, &ctl->err);
}

/* Where there is no database, the backup's copy becomes it. */
static int restore_anew(struct ctl *ctl, const struct frust_change *how,
			struct frust_receipt *receipt, void *ctx)
{
	int status;

	(void)ctx;
	status = ctl->db ? 0 : frust_open(ctl->opt->words[0], NULL, &ctl->db, &ctl->err);
	return status ? status
		      : frust_backup(ctl->db, ctl->opt->db, false, how, receipt, &ctl->err);
}

static int run_restore(struct ctl *ctl)
{
	bool anew = access(ctl->opt->db, F_OK) != 0 && errno == ENOENT;
	const struct change change = {
		.verb = "replace everything by the backup",
		.past = "restored the backup",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS |
			   (anew ? CHANGE_BYTES_AFTER : CHANGE_USERS | CHANGE_HOURS),
		.no_db = anew,
		.make = anew ? restore_anew : restore,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_restore = {
	.name = "restore",
	.words = "FILE",
	.least = 1,
	.most = 1,
	.group = "Move",
	.summary = "make the database what a backup holds",
	.text = "Replaces everything in the database by what FILE, a backup, holds; the server may "
		"run meanwhile. Where there is no database, the backup's copy becomes it; a "
		"damaged one "
		"has to be moved away first.",
	.takes = OPT_CHANGES,
	.run = run_restore,
};

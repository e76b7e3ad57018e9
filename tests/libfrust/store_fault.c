#include "store_fault.h"

#include <stdlib.h>
#include <string.h>

#include "helpers/check.h"
#include "internal.h"

static struct store_fault *self(struct frust__store *store)
{
	return FR_CONTAINER_OF(store, struct store_fault, store);
}

static int pass(struct store_fault *fault, enum fault_op op, struct frust_error *err)
{
	if (++fault->calls[op] == fault->at && op == fault->op)
		return frust__fail(err, fault->code, "the test says so");
	return 0;
}

static void close_both(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->under->ops->close(fault->under);
	free(fault);
}

static int look(struct frust__store *store, bool *foreign, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_LOOK, err);

	return status ? status : fault->under->ops->look(fault->under, foreign, err);
}

static int begin(struct frust__store *store, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_BEGIN, err);

	return status ? status : fault->under->ops->begin(fault->under, err);
}

static int commit(struct frust__store *store, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_COMMIT, err);

	return status ? status : fault->under->ops->commit(fault->under, err);
}

static void rollback(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->rollbacks++;
	fault->under->ops->rollback(fault->under);
}

static int last_ids(struct frust__store *store, int64_t ids[2], struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_LAST_IDS, err);

	return status ? status : fault->under->ops->last_ids(fault->under, ids, err);
}

static int insert(struct frust__store *store, const struct frust_record *record,
		  struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_INSERT, err);

	return status ? status : fault->under->ops->insert(fault->under, record, err);
}

static int add_user(struct frust__store *store, struct frust_str name, int64_t clicks,
		    int64_t events, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_ADD_USER, err);

	return status ? status
		      : fault->under->ops->add_user(fault->under, name, clicks, events, err);
}

static int add_hour(struct frust__store *store, int64_t hour, int64_t clicks, int64_t events,
		    struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_ADD_HOUR, err);

	return status ? status
		      : fault->under->ops->add_hour(fault->under, hour, clicks, events, err);
}

static int add_unsaved(struct frust__store *store, int64_t hour, struct frust_str name,
		       int64_t count, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_ADD_UNSAVED, err);

	return status ? status
		      : fault->under->ops->add_unsaved(fault->under, hour, name, count, err);
}

static int touch(struct frust__store *store, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_TOUCH, err);

	return status ? status : fault->under->ops->touch(fault->under, err);
}

static int read_begin(struct frust__store *store, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_READ_BEGIN, err);

	return status ? status : fault->under->ops->read_begin(fault->under, err);
}

static void read_end(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->under->ops->read_end(fault->under);
}

static int records(struct frust__store *store, enum frust_kind kind,
		   const struct frust_filter *filter, frust_record_fn fn, void *ctx,
		   struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_RECORDS, err);

	return status ? status
		      : fault->under->ops->records(fault->under, kind, filter, fn, ctx, err);
}

static int hours(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
		 void *ctx, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_HOURS, err);

	return status ? status : fault->under->ops->hours(fault->under, since, until, fn, ctx, err);
}

static int newest_hour(struct frust__store *store, struct frust_hour *hour, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_NEWEST_HOUR, err);

	return status ? status : fault->under->ops->newest_hour(fault->under, hour, err);
}

static int users(struct frust__store *store, frust_user_fn fn, void *ctx, struct frust_error *err)
{
	struct store_fault *fault = self(store);
	int status = pass(fault, FAULT_USERS, err);

	return status ? status : fault->under->ops->users(fault->under, fn, ctx, err);
}

static const struct frust__store_ops fault_ops = {
	close_both, look,     begin,    commit,      rollback, last_ids,
	insert,     add_user, add_hour, add_unsaved, touch,    read_begin,
	read_end,   records,  hours,    newest_hour, users,
};

struct store_fault *store_fault_new(const char *path)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct store_fault *fault = calloc(1, sizeof(*fault));

	CHECK(fault != NULL);
	options.mode = FRUST_CREATE;
	fault->store.ops = &fault_ops;
	CHECK_INT(frust__sqlite_open(path, &options, &fault->under, NULL), 0);
	return fault;
}

void store_fault_arm(struct store_fault *fault, enum fault_op op, unsigned n, int code)
{
	fault->op = op;
	fault->at = fault->calls[op] + n;
	fault->code = code;
}

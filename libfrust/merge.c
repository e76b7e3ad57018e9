/*
 * Merging: rows that are not there yet are added, with what they count. Two rows are the same when
 * their kind, user, time and texts are; as many as are there already are left out. Rows come in the
 * order of their times, so that a few seconds at a time are compared, in memory. What counts beyond
 * rows is in merge_counts.c.
 */
#include "merge.h"

#include <stdlib.h>

/* A row that has come, in a list that is sorted by what makes rows the same, then by id. */
struct entry {
	struct frust_record *record; /* its id becomes 0 when it is left out */
	int64_t loose; /* of the first of the same: rows here that are the same, under other ids */
};

struct merge {
	struct frust *db;
	struct frust__import_job *job;
	enum frust_kind kind;
	struct frust__chunk chunk;
	struct entry *entries;
	size_t entry_size;
	struct frust__shift hours;
	int64_t last[2]; /* ids up to these were given before, by kind - 1 */
	struct frust_error *err;
};

/* --- what is the same --- */

static int compare_texts(struct frust_str a, struct frust_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.at, b.at, n) : 0;

	if (order)
		return order;
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return (a.at != NULL) - (b.at != NULL);
}

static int compare(const struct frust_record *a, const struct frust_record *b)
{
	int order = (a->timestamp > b->timestamp) - (a->timestamp < b->timestamp);

	if (!order)
		order = compare_texts(a->user, b->user);
	if (!order)
		order = compare_texts(a->comment, b->comment);
	if (!order)
		order = compare_texts(a->style, b->style);
	return order ? order : compare_texts(a->name, b->name);
}

static int compare_entries(const void *a, const void *b)
{
	const struct frust_record *x = ((const struct entry *)a)->record;
	const struct frust_record *y = ((const struct entry *)b)->record;
	int order = compare(x, y);

	return order ? order : (x->id > y->id) - (x->id < y->id);
}

static bool same(const struct frust_record *a, const struct frust_record *b)
{
	return compare(a, b) == 0;
}

/* The first of the chunk's entries that is the same as the row, or where it would be. */
static size_t find_same(const struct merge *m, const struct frust_record *row)
{
	size_t low = 0, high = m->chunk.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(m->entries[middle].record, row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A row that is here: leaves out the one of the chunk that it is, or counts it for those like it.
 */
static int on_known(void *ctx, const struct frust_record *row)
{
	struct merge *m = ctx;
	size_t first = find_same(m, row);

	if (first == m->chunk.count || !same(m->entries[first].record, row))
		return 0;
	for (size_t i = first; i < m->chunk.count && m->entries[i].record->id <= row->id; i++) {
		if (!same(m->entries[i].record, row))
			break;
		if (m->entries[i].record->id == row->id) {
			m->entries[i].record->id = 0;
			return 0;
		}
	}
	m->entries[first].loose++;
	return 0;
}

/* --- a few seconds of rows --- */

static int sort_chunk(struct merge *m)
{
	frust__chunk_seal(&m->chunk);
	if (m->chunk.count > m->entry_size) {
		struct entry *entries = realloc(m->entries, m->chunk.size * sizeof(*entries));

		if (!entries)
			return FRUST_ENOMEM;
		m->entries = entries;
		m->entry_size = m->chunk.size;
	}
	for (size_t i = 0; i < m->chunk.count; i++)
		m->entries[i] = (struct entry){.record = &m->chunk.records[i]};
	qsort(m->entries, m->chunk.count, sizeof(*m->entries), compare_entries);
	return 0;
}

static int find_known(struct merge *m)
{
	const struct frust__store *store = m->db->store;
	struct frust_filter filter = FRUST_FILTER_INIT;

	filter.since = m->entries[0].record->timestamp;
	filter.until = fr_sum(m->entries[m->chunk.count - 1].record->timestamp, 1);
	filter.by_time = true;
	return store->ops->records(m->db->store, m->kind, &filter, on_known, m, m->err);
}

/* Leaves out as many of each kind as are here under other ids. */
static void drop_loose(struct merge *m)
{
	int64_t loose = 0;

	for (size_t i = 0; i < m->chunk.count; i++) {
		struct frust_record *record = m->entries[i].record;

		if (!i || !same(record, m->entries[i - 1].record))
			loose = m->entries[i].loose;
		if (record->id && loose > 0) {
			record->id = 0;
			loose--;
		}
	}
}

/* Moves what is new to the chunk's front, in the order of time; how many these are. */
static size_t keep_new(struct merge *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->chunk.count; i++) {
		if (m->chunk.records[i].id)
			m->chunk.records[n++] = m->chunk.records[i];
	}
	return n;
}

static int insert(struct merge *m, struct frust_record *record)
{
	int64_t *last = &m->db->ids[m->kind - 1];
	int status;

	/* an id that was given here before may have been another row's */
	if (record->id <= m->last[m->kind - 1]) {
		if (*last == INT64_MAX)
			return frust__fail(m->err, FRUST_ESTORE, "the ids are used up");
		record->id = ++*last;
	}
	status = m->db->store->ops->insert(m->db->store, record, m->err);
	if (status)
		return status;
	return frust__shift_add(&m->hours, frust_hour_start(record->timestamp),
				m->kind == FRUST_CLICK, m->kind == FRUST_EVENT);
}

static int add_users(struct merge *m, size_t n)
{
	const struct frust__tally *tally = &m->db->tally;
	int status = frust__tally_count(&m->db->tally, m->chunk.records, n, true);

	for (size_t i = 0; !status && i < tally->user_count; i++) {
		const struct frust__user_sum *user = &tally->users[i];

		status = m->db->store->ops->add_user(m->db->store, user->name, user->clicks,
						     user->events, m->err);
	}
	return status;
}

static int merge_chunk(struct merge *m)
{
	struct frust_receipt *receipt = &m->job->receipt;
	int64_t all = (int64_t)m->chunk.count;
	size_t n;
	int status;

	if (!m->chunk.count)
		return 0;
	status = sort_chunk(m);
	if (!status)
		status = find_known(m);
	if (status)
		return status;
	drop_loose(m);
	n = keep_new(m);
	for (size_t i = 0; !status && i < n; i++)
		status = insert(m, &m->chunk.records[i]);
	if (!status)
		status = add_users(m, n);
	if (m->kind == FRUST_CLICK) {
		receipt->clicks += (int64_t)n;
		receipt->clicks_known += all - (int64_t)n;
	} else {
		receipt->events += (int64_t)n;
		receipt->events_known += all - (int64_t)n;
	}
	frust__chunk_clear(&m->chunk);
	return status;
}

static int on_row(void *ctx, const struct frust_record *row)
{
	struct merge *m = ctx;
	size_t n = m->chunk.count;
	int status = 0;

	/* rows of one second are compared together */
	if (n >= FRUST__CHUNK_ROWS && m->chunk.records[n - 1].timestamp != row->timestamp)
		status = merge_chunk(m);
	if (!status)
		status = frust__chunk_add(&m->chunk, row);
	return status ? status : frust__progress_step(&m->job->progress);
}

/* --- all of it --- */

static int merge_rows(struct merge *m)
{
	struct frust__store *from = m->job->from;
	struct frust_filter by_time = FRUST_FILTER_INIT;
	int64_t theirs[2];
	int status = from->ops->last_ids(from, theirs, m->err);

	/* new ids begin beyond those that rows keep */
	for (int i = 0; !status && i < 2; i++) {
		m->last[i] = m->db->ids[i];
		if (theirs[i] > m->db->ids[i])
			m->db->ids[i] = theirs[i];
	}
	by_time.by_time = true;
	for (int kind = FRUST_CLICK; !status && kind <= FRUST_EVENT; kind++) {
		m->kind = kind;
		status = from->ops->records(from, kind, &by_time, on_row, m, m->err);
		if (!status)
			status = merge_chunk(m);
	}
	return status;
}

static int count_user(void *ctx, const struct frust_user *user)
{
	(void)user;
	++*(int64_t *)ctx;
	return 0;
}

int frust__import_merge(struct frust *db, struct frust__import_job *job, struct frust_error *err)
{
	struct merge m = {.db = db, .job = job, .err = err};
	const struct frust__store_ops *ops = db->store->ops;
	int64_t before = 0, after = 0, changed = 0;
	int status = ops->users(db->store, count_user, &before, err);

	if (!status)
		status = frust__merge_counts(db, job, &m.hours, err);
	if (!status)
		status = merge_rows(&m);
	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	if (!status)
		status = frust__shift_write(&m.hours, db->store, &changed, &job->receipt.hours,
					    err);
	if (!status)
		status = ops->users(db->store, count_user, &after, err);
	job->receipt.users = after - before;
	frust__chunk_fini(&m.chunk);
	frust__shift_fini(&m.hours);
	free(m.entries);
	return status;
}

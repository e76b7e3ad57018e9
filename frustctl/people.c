/* Gathering and sorting. */
#include "people.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static int compare_text(struct frust_str a, struct frust_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.at, b.at, n) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Names beyond NULL: absent ones are not people. */
static struct person *add(struct people *people, const struct frust_user *user, int64_t first)
{
	struct person *person;
	char *name;

	if (people->all == people->size) {
		size_t size = people->size ? people->size * 2 : 256;
		struct person *list = realloc(people->list, size * sizeof(*list));

		if (!list)
			return NULL;
		people->list = list;
		people->size = size;
	}
	name = malloc(user->name.len + 1);
	if (!name)
		return NULL;
	if (user->name.len)
		memcpy(name, user->name.at, user->name.len);
	person = &people->list[people->all++];
	*person = (struct person){{name, user->name.len}, user->clicks, user->events, first};
	return person;
}

static int add_user(void *ctx, const struct frust_user *user)
{
	struct people *people = ctx;

	return add(people, user, (int64_t)people->all) ? 0 : FRUST_ENOMEM;
}

/* --- a span of time: counted from the rows --- */

/* A tree of nodes that move never, which become people at the end. */
struct node {
	struct frust_user user;
	int64_t first;
	char bytes[];
};

struct tree {
	void *root;
	struct people *people;
	int status;
};

static int compare_nodes(const void *a, const void *b)
{
	return compare_text(((const struct node *)a)->user.name,
			    ((const struct node *)b)->user.name);
}

static struct node *find_node(struct tree *tree, const struct frust_record *record)
{
	const struct node key = {.user.name = record->user};
	void *found = tfind(&key, &tree->root, compare_nodes);
	struct node *node;

	if (found)
		return *(struct node **)found;
	node = malloc(sizeof(*node) + record->user.len);
	if (!node)
		return NULL;
	*node = (struct node){.first = record->timestamp};
	if (record->user.len)
		memcpy(node->bytes, record->user.at, record->user.len);
	node->user.name = (struct frust_str){node->bytes, record->user.len};
	if (!tsearch(node, &tree->root, compare_nodes)) {
		free(node);
		return NULL;
	}
	return node;
}

static int count_record(void *ctx, const struct frust_record *record)
{
	struct node *node = find_node(ctx, record);

	if (!node)
		return FRUST_ENOMEM;
	node->user.clicks += record->kind == FRUST_CLICK;
	node->user.events += record->kind == FRUST_EVENT;
	if (record->timestamp < node->first)
		node->first = record->timestamp;
	return 0;
}

static void gather_node(const void *at, VISIT visit, void *ctx)
{
	const struct node *node = *(struct node *const *)at;
	struct tree *tree = ctx;

	if ((visit == postorder || visit == leaf) && !add(tree->people, &node->user, node->first))
		tree->status = FRUST_ENOMEM;
}

static int count_span(struct people *people, struct ctl *ctl)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct tree tree = {.people = people};
	int status = frust_read_begin(ctl->db, &ctl->err);

	filter.since = ctl->opt->since;
	filter.until = ctl->opt->until;
	for (int kind = FRUST_CLICK; kind <= FRUST_EVENT && !status; kind++)
		status = frust_records(ctl->db, (enum frust_kind)kind, &filter, count_record, &tree,
				       &ctl->err);
	frust_read_end(ctl->db);
	if (!status)
		twalk_r(tree.root, gather_node, &tree);
	tdestroy(tree.root, free);
	return status ? status : tree.status;
}

/* --- order --- */

struct order {
	enum opt_sort by;
	bool reverse;
};

static int compare_people(const void *left, const void *right, void *ctx)
{
	const struct person *a = left, *b = right;
	const struct order *order = ctx;
	int result = 0;

	if (order->by == OPT_BY_CLICKS)
		result = (a->clicks < b->clicks) - (a->clicks > b->clicks);
	else if (order->by == OPT_BY_EVENTS)
		result = (a->events < b->events) - (a->events > b->events);
	else if (order->by == OPT_BY_NAME)
		result = compare_text(a->name, b->name);
	if (!result)
		result = (a->first > b->first) - (a->first < b->first);
	if (!result)
		result = compare_text(a->name, b->name);
	return order->reverse ? -result : result;
}

static void drop_others(struct people *people, const char *glob)
{
	size_t kept = 0;

	for (size_t i = 0; i < people->all; i++) {
		struct person person = people->list[i];

		if (!frust_glob(text_of(glob), person.name))
			continue;
		people->list[i] = people->list[kept];
		people->list[kept++] = person;
	}
	people->count = kept;
}

int people_init(struct people *people, struct ctl *ctl, enum opt_sort sort, int64_t limit)
{
	const struct opt *opt = ctl->opt;
	struct order order = {sort, opt->reverse};
	int status;

	*people = (struct people){0};
	if (opt->since_text || opt->until_text)
		status = count_span(people, ctl);
	else
		status = frust_users(ctl->db, add_user, people, &ctl->err);
	if (status)
		return status;
	people->count = people->all;
	if (opt->match)
		drop_others(people, opt->match);
	if (people->count)
		qsort_r(people->list, people->count, sizeof(*people->list), compare_people, &order);
	if (limit >= 0 && (uint64_t)limit < people->count)
		people->count = (size_t)limit;
	return 0;
}

void people_fini(struct people *people)
{
	for (size_t i = 0; i < people->all; i++)
		free((char *)(uintptr_t)people->list[i].name.at);
	free(people->list);
}

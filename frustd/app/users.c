#include "app/users.h"

#include <errno.h>
#include <stdlib.h>

#include "app/json.h"
#include "base/sum.h"

struct user {
	struct fr_list link;
	int64_t clicks, events;
	size_t len;
	char name[];
};

int users_init(struct users *users)
{
	fr_list_init(&users->order);
	return fr_map_init(&users->by_name);
}

void users_fini(struct users *users)
{
	struct fr_list *link;

	while (users->order.next && (link = fr_list_pop(&users->order)))
		free(FR_CONTAINER_OF(link, struct user, link));
	fr_map_fini(&users->by_name);
	memset(users, 0, sizeof(*users));
}

static struct user *user_new(struct users *users, struct fr_str name)
{
	struct user *user = malloc(sizeof(*user) + name.len);

	if (!user)
		return NULL;
	*user = (struct user){.len = name.len};
	if (name.len)
		memcpy(user->name, name.at, name.len);
	if (fr_map_put(&users->by_name, fr_str(user->name, name.len), user) < 0) {
		free(user);
		return NULL;
	}
	fr_list_append(&users->order, &user->link);
	return user;
}

int users_add(struct users *users, struct fr_str name, int64_t clicks, int64_t events)
{
	struct user *user = fr_map_get(&users->by_name, name);

	if (!user)
		user = user_new(users, name);
	if (!user)
		return -ENOMEM;
	user->clicks = fr_sum(user->clicks, clicks);
	user->events = fr_sum(user->events, events);
	return 0;
}

static void add_user(const struct user *user, struct fr_buf *out)
{
	json_add_user(out,
		      &(struct frust_user){{user->name, user->len}, user->clicks, user->events});
}

void users_add_json(const struct users *users, struct fr_buf *out)
{
	fr_buf_add_char(out, '[');
	FR_LIST_EACH(link, &users->order)
	{
		if (link != users->order.next)
			fr_buf_add_char(out, ',');
		add_user(FR_CONTAINER_OF(link, struct user, link), out);
	}
	fr_buf_add_char(out, ']');
}

void users_add_json_top(const struct users *users, uint32_t n, struct fr_buf *out)
{
	const struct user *top[USERS_TOP_MAX];
	uint32_t count = 0, at;

	if (n > USERS_TOP_MAX)
		n = USERS_TOP_MAX;
	FR_LIST_EACH(link, &users->order)
	{
		const struct user *user = FR_CONTAINER_OF(link, struct user, link);

		if (n == 0 || (count == n && user->clicks <= top[n - 1]->clicks))
			continue;
		if (count < n)
			count++;
		for (at = count - 1; at > 0 && top[at - 1]->clicks < user->clicks; at--)
			top[at] = top[at - 1];
		top[at] = user;
	}
	fr_buf_add_char(out, '[');
	for (at = 0; at < count; at++) {
		if (at)
			fr_buf_add_char(out, ',');
		add_user(top[at], out);
	}
	fr_buf_add_char(out, ']');
}

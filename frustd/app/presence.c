#include "app/presence.h"

#include <errno.h>
#include <stdlib.h>

#include "base/json.h"

int presence_init(struct presence *presence)
{
	fr_list_init(&presence->order);
	return fr_map_init(&presence->by_id);
}

static struct fr_str key_of(const uint64_t *id)
{
	return fr_str((const char *)id, sizeof(*id));
}

static void client_free(struct client *client)
{
	free((void *)(uintptr_t)client->name.at);
	free(client);
}

void presence_fini(struct presence *presence)
{
	struct fr_list *link;

	while (presence->order.next && (link = fr_list_pop(&presence->order)))
		client_free(FR_CONTAINER_OF(link, struct client, link));
	fr_map_fini(&presence->by_id);
	memset(presence, 0, sizeof(*presence));
}

struct client *presence_join(struct presence *presence, uint64_t id)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return NULL;
	client->id = id;
	if (fr_map_put(&presence->by_id, key_of(&client->id), client) < 0) {
		free(client);
		return NULL;
	}
	fr_list_append(&presence->order, &client->link);
	return client;
}

struct client *presence_find(const struct presence *presence, uint64_t id)
{
	return fr_map_get(&presence->by_id, key_of(&id));
}

void presence_leave(struct presence *presence, struct client *client)
{
	fr_map_remove(&presence->by_id, key_of(&client->id));
	fr_list_remove(&client->link);
	client_free(client);
}

int presence_rename(struct client *client, struct fr_str name)
{
	char *copy = malloc(name.len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, name.at, name.len);
	free((void *)(uintptr_t)client->name.at);
	client->name = fr_str(copy, name.len);
	return 0;
}

size_t presence_count(const struct presence *presence)
{
	return presence->by_id.count;
}

/* The README's names and those that the web frontend reads, with the same values. */
static void add_client(const struct client *client, struct fr_buf *out)
{
	fr_buf_add_str(out, FR_STR("{\"name\":"));
	fr_json_add_str(out, client->name);
	fr_buf_add_str(out, FR_STR(",\"click_count\":"));
	fr_buf_add_u64(out, client->clicks);
	fr_buf_add_str(out, FR_STR(",\"event_count\":"));
	fr_buf_add_u64(out, client->events);
	fr_buf_add_str(out, FR_STR(",\"click_count_session\":"));
	fr_buf_add_u64(out, client->clicks);
	fr_buf_add_str(out, FR_STR(",\"event_count_session\":"));
	fr_buf_add_u64(out, client->events);
	fr_buf_add_char(out, '}');
}

void presence_add_json(const struct presence *presence, uint32_t n, struct fr_buf *out)
{
	fr_buf_add_char(out, '[');
	FR_LIST_EACH(link, &presence->order)
	{
		if (n-- == 0)
			break;
		if (link != presence->order.next)
			fr_buf_add_char(out, ',');
		add_client(FR_CONTAINER_OF(link, struct client, link), out);
	}
	fr_buf_add_char(out, ']');
}

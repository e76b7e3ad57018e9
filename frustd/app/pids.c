#include "app/pids.h"

#include <assert.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/random.h"

static struct fr_str text_of(const struct pid *pid)
{
	return fr_str(pid->text, PID_LEN);
}

static void forget(struct pids *pids, struct pid *pid)
{
	if (net_due_armed(&pid->due))
		pids->parted_count--;
	net_due_cancel(&pid->due);
	fr_map_remove(&pids->by_text, text_of(pid));
	free(pid);
}

static void on_due(struct net_due *due, void *ctx)
{
	struct pids *pids = ctx;

	pids->parted_count--; /* it is not armed any more */
	forget(pids, FR_CONTAINER_OF(due, struct pid, due));
}

int pids_init(struct pids *pids, struct net_timers *timers, uint64_t keep)
{
	memset(pids, 0, sizeof(*pids));
	net_due_list_init(&pids->parted, timers, keep, on_due, pids);
	return fr_map_init(&pids->by_text);
}

static void forget_oldest(struct pids *pids)
{
	forget(pids, FR_CONTAINER_OF(pids->parted.waiting.next, struct pid, due.link));
}

void pids_fini(struct pids *pids)
{
	while (pids->parted_count)
		forget_oldest(pids);
	assert(pids->by_text.count == 0);
	net_due_list_fini(&pids->parted);
	fr_map_fini(&pids->by_text);
}

bool pid_is_one(struct fr_str text)
{
	static const char characters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < text.len; i++)
		if (!memchr(characters, text.at[i], sizeof(characters) - 1))
			return false;
	return text.len == PID_LEN;
}

struct pid *pids_find(const struct pids *pids, struct fr_str text)
{
	return fr_map_get(&pids->by_text, text);
}

struct pid *pids_take(struct pids *pids, struct fr_str text, uint64_t client)
{
	uint8_t random[PID_LEN / 4 * 3];
	struct pid *pid = calloc(1, sizeof(*pid));

	if (!pid)
		return NULL;
	pid->client = client;
	if (text.at) {
		assert(text.len == PID_LEN && !pids_find(pids, text));
		memcpy(pid->text, text.at, PID_LEN);
	} else {
		if (fr_random(random, sizeof(random)) < 0)
			goto fail;
		fr_base64url(pid->text, random, sizeof(random));
	}
	if (fr_map_put(&pids->by_text, text_of(pid), pid) < 0)
		goto fail;
	return pid;
fail:
	free(pid);
	return NULL;
}

void pids_leave(struct pids *pids, struct pid *pid, bool goodbye)
{
	if (!goodbye) {
		forget(pids, pid);
		return;
	}
	if (pids->parted_count == PIDS_PARTED_MAX)
		forget_oldest(pids);
	pid->client = 0;
	net_due_arm(&pid->due, &pids->parted);
	pids->parted_count++;
}

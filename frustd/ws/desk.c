#include "ws/desk.h"

#include <stdlib.h>

#include <wslay/wslay.h>

#include "net/deflate.h"

#define DESKS_KEPT 16 /* idle ones */

static ssize_t feed(uint8_t *out, size_t len, int flags, void *user_data)
{
	struct ws_desk *desk = user_data;
	size_t n = len < desk->input_len ? len : desk->input_len;

	(void)flags;
	if (n == 0)
		return -1;
	memcpy(out, desk->input, n);
	desk->input += n;
	desk->input_len -= n;
	desk->taken += n;
	return (ssize_t)n;
}

static struct ws_desk *desk_new(void)
{
	const struct wslay_frame_callbacks callbacks = {.recv_callback = feed};
	struct ws_desk *desk = calloc(1, sizeof(*desk));

	if (!desk)
		return NULL;
	if (wslay_frame_context_init(&desk->context, &callbacks, desk) != 0) {
		free(desk);
		return NULL;
	}
	return desk;
}

void ws_desk_free(struct ws_desk *desk)
{
	if (!desk)
		return;
	wslay_frame_context_free(desk->context);
	fr_buf_fini(&desk->message);
	free(desk);
}

struct ws_desk *ws_desk_borrow(struct ws_desks *desks)
{
	struct fr_list *link = fr_list_pop(&desks->idle);

	if (!link)
		return desk_new();
	desks->idle_count--;
	return FR_CONTAINER_OF(link, struct ws_desk, link);
}

void ws_desk_give_back(struct ws_desks *desks, struct ws_desk *desk)
{
	if (desks->idle_count == DESKS_KEPT) {
		ws_desk_free(desk);
		return;
	}
	fr_list_append(&desks->idle, &desk->link);
	desks->idle_count++;
}

struct ws_desks *ws_desks_new(size_t message_max)
{
	struct ws_desks *desks = calloc(1, sizeof(*desks));

	if (!desks)
		return NULL;
	fr_list_init(&desks->idle);
	desks->message_max = message_max;
	desks->incoming_max = SIZE_MAX;
	return desks;
}

void ws_desks_bound(struct ws_desks *desks, size_t incoming_max)
{
	desks->incoming_max = incoming_max;
}

void ws_desks_free(struct ws_desks *desks)
{
	struct fr_list *link;

	if (!desks)
		return;
	while ((link = fr_list_pop(&desks->idle)))
		ws_desk_free(FR_CONTAINER_OF(link, struct ws_desk, link));
	net_inflater_free(desks->inflater);
	fr_buf_fini(&desks->inflated);
	free(desks);
}

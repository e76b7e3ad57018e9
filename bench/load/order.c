#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 4096u

void order_fini(struct order *order)
{
	free(order->presses);
	free(order->places);
	memset(order, 0, sizeof(*order));
}

static int grow(struct order *order)
{
	uint32_t size = order->size ? order->size * 2 : FIRST_SIZE;
	void *presses = realloc(order->presses, size * sizeof(*order->presses));
	void *places;

	if (!presses)
		return -ENOMEM;
	order->presses = presses;
	places = realloc(order->places, size * sizeof(*order->places));
	if (!places)
		return -ENOMEM;
	order->places = places;
	order->size = size;
	return 0;
}

int order_press(struct order *order, uint64_t at, uint32_t *number)
{
	if (order->pressed == order->size && grow(order) < 0)
		return -ENOMEM;
	*number = order->pressed++;
	order->presses[*number] = (struct press){.at = at};
	return 0;
}

const char *order_take(struct order *order, uint32_t position, uint32_t number)
{
	if (number >= order->pressed)
		return "a click that nobody pressed";
	if (position < order->placed)
		return order->places[position] == number ? NULL : "a click out of order";
	if (order->presses[number].seen)
		return "a click twice";
	order->presses[number].seen = true;
	order->places[order->placed++] = number;
	return NULL;
}

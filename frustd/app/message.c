#include "app/message.h"

#include <assert.h>

void message_add(struct fr_buf *out, const struct message *message)
{
	size_t size = sizeof(*message);

	for (size_t i = 0; i < MESSAGE_TEXTS; i++)
		size += message->texts[i].len;
	if (fr_buf_reserve(out, size) < 0)
		return;
	fr_buf_add(out, message, sizeof(*message));
	for (size_t i = 0; i < MESSAGE_TEXTS; i++)
		fr_buf_add_str(out, message->texts[i]);
}

bool message_next(struct fr_str *rest, struct message *message)
{
	if (rest->len == 0)
		return false;
	assert(rest->len >= sizeof(*message));
	memcpy(message, rest->at, sizeof(*message));
	*rest = fr_str_skip(*rest, sizeof(*message));
	for (size_t i = 0; i < MESSAGE_TEXTS; i++) {
		struct fr_str *text = &message->texts[i];

		assert(text->len <= rest->len);
		if (text->at)
			text->at = rest->at;
		*rest = fr_str_skip(*rest, text->len);
	}
	return true;
}

/* Appends libfrust's JSON forms to buffers. Views convert here between the two libraries. */
#ifndef APP_JSON_H
#define APP_JSON_H

#include <frust/care.h>
#include <frust/json.h>

#include "base/buf.h"

static inline struct fr_str str_of_frust(struct frust_str s)
{
	return (struct fr_str){s.at, s.len};
}

static inline struct frust_str frust_of_str(struct fr_str s)
{
	return (struct frust_str){s.at, s.len};
}

void json_add_record(struct fr_buf *out, const struct frust_record *record);
void json_add_hour(struct fr_buf *out, const struct frust_hour *hour);
void json_add_user(struct fr_buf *out, const struct frust_user *user);
void json_add_stats(struct fr_buf *out, const struct frust_stats *stats);
/* An announcement. */
void json_add_message(struct fr_buf *out, const struct frust_announcement *announcement);
void json_add_toast(struct fr_buf *out, struct fr_str text);

#endif

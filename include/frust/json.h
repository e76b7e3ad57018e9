/*
 * The JSON forms of the records, as the HTTP routes and the broadcasts carry them. All follow
 * snprintf's rule: at most `size` bytes are written, NUL included; the return value is the length
 * that the whole needs, without NUL. Text that is not UTF-8 is written with U+FFFD; control
 * characters, U+007F to U+009F too, are escaped. A record at NULL gives nothing. Any thread.
 */
#ifndef FRUST_JSON_H
#define FRUST_JSON_H

#include <frust/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* {"user","comment","style","timestamp"} or {"user","name","timestamp"} */
FRUST_API size_t frust_record_json(char *out, size_t size, const struct frust_record *record);
/* {"timestamp","click_count","event_count","click_count_total","event_count_total","event_count_today"}
 */
FRUST_API size_t frust_hour_json(char *out, size_t size, const struct frust_hour *hour);
/* {"name","click_count","event_count"} */
FRUST_API size_t frust_user_json(char *out, size_t size, const struct frust_user *user);
/* {"click_count_total","click_count_today","click_count_hour","event_count_total",…} */
FRUST_API size_t frust_stats_json(char *out, size_t size, const struct frust_stats *stats);

/* How a message is shown. */
enum frust_message_type {
	FRUST_TOAST, /* in passing */
	FRUST_POPUP, /* until it is closed */
};
/* {"text","style","type"} */
FRUST_API size_t frust_message_json(char *out, size_t size, struct frust_str text,
				    struct frust_str style, enum frust_message_type type);

#ifdef __cplusplus
}
#endif

#endif

/* Private to base/json: the check that every text passes before anything is made of it. */
#ifndef FR_JSON_SCAN_H
#define FR_JSON_SCAN_H

#include "json.h"

/*
 * Whether text is one JSON value in UTF-8 and within the limits, and how many tokens it has. Stops
 * at the first fault. An enum fr_json_result; *tokens is set when it is FR_JSON_OK.
 */
int fr_json_scan(struct fr_str text, struct fr_json_limits limits, uint32_t *tokens) FR_MUST_CHECK;

#endif

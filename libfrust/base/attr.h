/* Attributes and the two macros everybody needs. No macro here returns or jumps. */
#ifndef FR_ATTR_H
#define FR_ATTR_H

#include <stddef.h>

#define FR_MUST_CHECK __attribute__((warn_unused_result))
#define FR_NONNULL __attribute__((nonnull))
#define FR_PRINTF(text, first) __attribute__((format(printf, text, first)))
/* An enum of one byte, for what there is many thousand times. */
#define FR_BYTE __attribute__((packed))
#define FR_UNUSED __attribute__((unused))

#define FR_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The struct of the given type whose member is at ptr. */
#define FR_CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif

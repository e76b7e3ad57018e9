/* What the site says to people, in its language. */
#ifndef APP_TEXT_H
#define APP_TEXT_H

#include "base/buf.h"

enum text_lang { TEXT_DE, TEXT_EN };

enum text_refusal {
	/* below 100: enum frust_refusal */
	TEXT_REFUSED_FORM = 100, /* not the arguments that the event takes */
	TEXT_REFUSED_EVENT,      /* no such event */
	TEXT_REFUSED_BUSY,       /* the writer's queue is full */
	TEXT_REFUSED_STORE,      /* the database took nothing */
	TEXT_REFUSED_BANNED,     /* the name may not be used */
	TEXT_REFUSED_FAST,       /* too many from this client */
	TEXT_REFUSED_CROWD,      /* too many from its address */
	TEXT_REFUSED_STOPPING,   /* the server is going down */
	TEXT_REFUSED_END,
};

/* "de" or "en"; false for anything else. */
bool text_lang_parse(const char *name, enum text_lang *out);

void text_joined(struct fr_buf *out, enum text_lang lang, struct fr_str name);
void text_renamed(struct fr_buf *out, enum text_lang lang, struct fr_str from, struct fr_str to);
void text_left(struct fr_buf *out, enum text_lang lang, struct fr_str name);
void text_milestone(struct fr_buf *out, enum text_lang lang, struct fr_str name, uint64_t clicks);
/* In English whatever the site's language: so the old server said it and its users know it. */
void text_triggered(struct fr_buf *out, struct fr_str name, struct fr_str event);

/* A word for a refusal, for who counts them; NULL: it is none. */
const char *text_refusal_word(int refusal);
/* Why input was refused, for the one who sent it: enum frust_refusal or enum text_refusal. */
const char *text_refusal(enum text_lang lang, int refusal);

#endif

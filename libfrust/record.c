/* The rules for what people send: trimming, limits, characters, unsaved events. */
#include "internal.h"

#include "base/utf8.h"

static const struct frust_str unsaved[] = {
	{"rickroll", 8},
	{"exmatrikulieren", 15},
};
_Static_assert(FR_ARRAY_LEN(unsaved) == FRUST__UNSAVED, "tally.h counts the unsaved names");

static const char *const refusals[] = {
	[FRUST_REFUSED_USER_EMPTY] = "the user name is empty",
	[FRUST_REFUSED_USER_LONG] = "the user name is too long",
	[FRUST_REFUSED_USER_CHARACTER] = "the user name has a character that is not allowed",
	[FRUST_REFUSED_NAME_EMPTY] = "the event name is empty",
	[FRUST_REFUSED_NAME_LONG] = "the event name is too long",
	[FRUST_REFUSED_NAME_CHARACTER] = "the event name has a character that is not allowed",
	[FRUST_REFUSED_COMMENT_LONG] = "the comment is too long",
	[FRUST_REFUSED_COMMENT_CHARACTER] = "the comment has a character that is not allowed",
	[FRUST_REFUSED_STYLE_LONG] = "the style is too long",
	[FRUST_REFUSED_STYLE_CHARACTER] = "the style has a character that is not allowed",
};

/* What a field's faults are called; empty 0: it may be absent. */
struct rule {
	int empty, too_long, character;
};

static const struct rule user_rule = {FRUST_REFUSED_USER_EMPTY, FRUST_REFUSED_USER_LONG,
				      FRUST_REFUSED_USER_CHARACTER};
static const struct rule name_rule = {FRUST_REFUSED_NAME_EMPTY, FRUST_REFUSED_NAME_LONG,
				      FRUST_REFUSED_NAME_CHARACTER};
static const struct rule comment_rule = {0, FRUST_REFUSED_COMMENT_LONG,
					 FRUST_REFUSED_COMMENT_CHARACTER};
static const struct rule style_rule = {0, FRUST_REFUSED_STYLE_LONG, FRUST_REFUSED_STYLE_CHARACTER};

static bool allowed(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			return false;
	}
	return fr_utf8_valid(s);
}

static int clean(struct frust_str *text, const struct rule *rule, uint32_t limit)
{
	struct fr_str s = fr_str_trim(frust__str(*text));

	*text = (struct frust_str){s.len ? s.at : NULL, s.len};
	if (!s.len)
		return rule->empty;
	if (fr_utf8_count(s) > limit)
		return rule->too_long;
	return allowed(s) ? 0 : rule->character;
}

static int limits_of(struct frust_limits *out, const struct frust_limits *limits)
{
	*out = (struct frust_limits)FRUST_LIMITS_INIT;
	return limits && !frust__options_copy(out, sizeof(*out), limits) ? FRUST_EINVAL : 0;
}

int frust_user_clean(struct frust_str *user, const struct frust_limits *limits)
{
	struct frust_limits of;

	if (!user || limits_of(&of, limits))
		return FRUST_EINVAL;
	return clean(user, &user_rule, of.user);
}

int frust_record_clean(struct frust_record *record, const struct frust_limits *limits)
{
	struct frust_limits of;
	int refusal;

	if (!record || limits_of(&of, limits))
		return FRUST_EINVAL;
	if (record->kind != FRUST_CLICK && record->kind != FRUST_EVENT)
		return FRUST_EINVAL;
	refusal = clean(&record->user, &user_rule, of.user);
	if (refusal)
		return refusal;
	if (record->kind == FRUST_EVENT)
		return clean(&record->name, &name_rule, of.name);
	refusal = clean(&record->comment, &comment_rule, of.comment);
	return refusal ? refusal : clean(&record->style, &style_rule, of.style);
}

const char *frust_refusal_text(int refusal)
{
	if (refusal <= 0 || (size_t)refusal >= FR_ARRAY_LEN(refusals))
		return "refused";
	return refusals[refusal];
}

bool frust__record_whole(const struct frust_record *record)
{
	if (!record->user.at)
		return false;
	return record->kind == FRUST_CLICK || (record->kind == FRUST_EVENT && record->name.at);
}

int frust__unsaved_index(struct frust_str name)
{
	for (int i = 0; i < FRUST__UNSAVED; i++) {
		if (fr_str_eq(frust__str(name), frust__str(unsaved[i])))
			return i;
	}
	return -1;
}

struct frust_str frust__unsaved_name(int index)
{
	return unsaved[index];
}

bool frust_event_unsaved(struct frust_str name)
{
	return frust__unsaved_index(name) >= 0;
}

#include "app/text.h"

#include <frust/types.h>

bool text_lang_parse(const char *name, enum text_lang *out)
{
	if (strcmp(name, "de") == 0)
		*out = TEXT_DE;
	else if (strcmp(name, "en") == 0)
		*out = TEXT_EN;
	else
		return false;
	return true;
}

/* Names may hold NUL bytes (the old server let them in), so texts are joined and not printed. */
static void add(struct fr_buf *out, struct fr_str name, const char *text)
{
	fr_buf_add_str(out, name);
	fr_buf_add_str(out, fr_str_of(text));
}

void text_joined(struct fr_buf *out, enum text_lang lang, struct fr_str name)
{
	add(out, name, lang == TEXT_DE ? " ist beigetreten." : " joined.");
}

void text_renamed(struct fr_buf *out, enum text_lang lang, struct fr_str from, struct fr_str to)
{
	add(out, from, lang == TEXT_DE ? " hat sich umbenannt zu " : " is now ");
	add(out, to, ".");
}

void text_left(struct fr_buf *out, enum text_lang lang, struct fr_str name)
{
	add(out, name, lang == TEXT_DE ? " hat verlassen." : " left.");
}

void text_milestone(struct fr_buf *out, enum text_lang lang, struct fr_str name, uint64_t clicks)
{
	add(out, name, lang == TEXT_DE ? " erreicht " : " reached ");
	fr_buf_add_u64(out, clicks);
	fr_buf_add_str(out, fr_str_of(lang == TEXT_DE ? " Klicks!" : " clicks!"));
}

void text_triggered(struct fr_buf *out, struct fr_str name, struct fr_str event)
{
	add(out, name, " triggered ");
	add(out, event, "!");
}

const char *text_refusal_word(int refusal)
{
	static const char *const words[TEXT_REFUSED_END] = {
		[FRUST_REFUSED_USER_EMPTY] = "user_empty",
		[FRUST_REFUSED_USER_LONG] = "user_long",
		[FRUST_REFUSED_USER_CHARACTER] = "user_character",
		[FRUST_REFUSED_NAME_EMPTY] = "event_empty",
		[FRUST_REFUSED_NAME_LONG] = "event_long",
		[FRUST_REFUSED_NAME_CHARACTER] = "event_character",
		[FRUST_REFUSED_COMMENT_LONG] = "comment_long",
		[FRUST_REFUSED_COMMENT_CHARACTER] = "comment_character",
		[FRUST_REFUSED_STYLE_LONG] = "style_long",
		[FRUST_REFUSED_STYLE_CHARACTER] = "style_character",
		[TEXT_REFUSED_FORM] = "form",
		[TEXT_REFUSED_EVENT] = "unknown_event",
		[TEXT_REFUSED_BUSY] = "queue_full",
		[TEXT_REFUSED_STORE] = "store",
		[TEXT_REFUSED_BANNED] = "banned",
		[TEXT_REFUSED_FAST] = "client_rate",
		[TEXT_REFUSED_CROWD] = "address_rate",
		[TEXT_REFUSED_STOPPING] = "stopping",
	};

	return words[refusal];
}

static const char *german(int refusal)
{
	switch (refusal) {
	case FRUST_REFUSED_USER_EMPTY:
		return "Der Name fehlt.";
	case FRUST_REFUSED_USER_LONG:
		return "Der Name ist zu lang.";
	case FRUST_REFUSED_USER_CHARACTER:
		return "Der Name enthält ein unerlaubtes Zeichen.";
	case FRUST_REFUSED_NAME_EMPTY:
		return "Der Name des Ereignisses fehlt.";
	case FRUST_REFUSED_NAME_LONG:
		return "Der Name des Ereignisses ist zu lang.";
	case FRUST_REFUSED_NAME_CHARACTER:
		return "Der Name des Ereignisses enthält ein unerlaubtes Zeichen.";
	case FRUST_REFUSED_COMMENT_LONG:
		return "Der Kommentar ist zu lang.";
	case FRUST_REFUSED_COMMENT_CHARACTER:
		return "Der Kommentar enthält ein unerlaubtes Zeichen.";
	case FRUST_REFUSED_STYLE_LONG:
		return "Der Stil ist zu lang.";
	case FRUST_REFUSED_STYLE_CHARACTER:
		return "Der Stil enthält ein unerlaubtes Zeichen.";
	case TEXT_REFUSED_FORM:
		return "Das hat der Server nicht verstanden.";
	case TEXT_REFUSED_EVENT:
		return "Dieses Ereignis gibt es nicht.";
	case TEXT_REFUSED_BUSY:
		return "Gerade ist zu viel los, bitte gleich noch einmal.";
	case TEXT_REFUSED_BANNED:
		return "Dieser Name ist gesperrt.";
	case TEXT_REFUSED_FAST:
		return "Zu schnell, bitte etwas langsamer.";
	case TEXT_REFUSED_CROWD:
		return "Zu schnell: Von dieser Adresse kommt gerade zu viel.";
	case TEXT_REFUSED_STORE:
		return "Das konnte nicht gespeichert werden, bitte gleich noch einmal.";
	default:
		return "Der Server wird gerade beendet.";
	}
}

static const char *english(int refusal)
{
	switch (refusal) {
	case TEXT_REFUSED_FORM:
		return "the arguments are not what this event takes";
	case TEXT_REFUSED_EVENT:
		return "unknown event"; /* as the transport says of reserved names */
	case TEXT_REFUSED_BUSY:
		return "too much is going on, try again";
	case TEXT_REFUSED_STORE:
		return "it could not be stored, try again";
	case TEXT_REFUSED_BANNED:
		return "this name is banned";
	case TEXT_REFUSED_FAST:
		return "too fast";
	case TEXT_REFUSED_CROWD:
		return "too fast: too much comes from this address";
	case TEXT_REFUSED_STOPPING:
		return "the server is stopping";
	default:
		return frust_refusal_text(refusal);
	}
}

const char *text_refusal(enum text_lang lang, int refusal)
{
	return lang == TEXT_DE ? german(refusal) : english(refusal);
}

/* Rows as lines of JSON: {"type":"click","id":1,…}. */
#include "base/json.h"
#include "base/utf8.h"
#include "rows.h"

/* --- writing --- */

void frust__ndjson_write(struct fr_buf *out, const struct frust__row *row)
{
	struct frust__row copy = *row; /* the accessors are for reading in, too */

	fr_buf_add_str(out, FR_STR("{\"type\":\""));
	fr_buf_add_str(out, frust__row_name(row->kind));
	fr_buf_add_char(out, '"');
	for (const struct frust__field *f = frust__row_fields(row->kind); f->name.at; f++) {
		fr_buf_add_str(out, f->key);
		if (f->is_text)
			fr_json_add_str(out, frust__str(*frust__row_text(&copy, f)));
		else
			fr_buf_add_i64(out, *frust__row_number(&copy, f));
	}
	fr_buf_add_str(out, FR_STR("}\n"));
}

/* --- reading --- */

static const char *read_field(struct frust__reader *reader, const struct frust__field *field,
			      struct frust__row *row)
{
	const struct fr_json *json = reader->json;
	uint32_t value = fr_json_get(json, 0, field->name);
	struct fr_str text;

	if (value == FR_JSON_NONE)
		return field->needed ? "a member is missing" : NULL;
	if (!field->is_text) {
		if (fr_json_is(json, value, FR_JSON_NULL) && !field->needed)
			return NULL;
		return fr_json_int(json, value, frust__row_number(row, field))
			       ? NULL
			       : "a number is not whole, or none";
	}
	if (fr_json_is(json, value, FR_JSON_NULL))
		return NULL;
	if (!fr_json_is(json, value, FR_JSON_STRING))
		return "a text is none";
	text = fr_json_str(json, value, &reader->scratch);
	if (text.at && !fr_utf8_valid(text))
		return "a text has a lone surrogate";
	*frust__row_text(row, field) = (struct frust_str){text.at ? text.at : "", text.len};
	return NULL;
}

/* The kind that the object names; FRUST__ROW_KINDS: none. */
static enum frust__row_kind read_kind(struct frust__reader *reader)
{
	uint32_t type = fr_json_get(reader->json, 0, FR_STR("type"));

	if (type == FR_JSON_NONE || !fr_json_is(reader->json, type, FR_JSON_STRING))
		return FRUST__ROW_KINDS;
	return frust__row_kind_of(fr_json_str(reader->json, type, &reader->scratch));
}

int frust__ndjson_read(struct frust__reader *reader, struct fr_str line, struct frust__row *row,
		       const char **why)
{
	int rc = fr_json_parse(reader->json, line, FR_JSON_LIMITS);

	if (rc < 0)
		return FRUST_ENOMEM;
	*row = (struct frust__row){.kind = FRUST__ROW_KINDS};
	*why = "this is not JSON";
	if (rc)
		return FRUST_EFORMAT;
	*why = "this is not an object";
	if (!fr_json_is(reader->json, 0, FR_JSON_OBJECT))
		return FRUST_EFORMAT;
	fr_buf_clear(&reader->scratch);
	/* so that no view moves: see fr_json_str */
	if (fr_buf_reserve(&reader->scratch, line.len + 1))
		return FRUST_ENOMEM;
	row->kind = read_kind(reader);
	*why = "its type is unknown";
	if (row->kind == FRUST__ROW_KINDS)
		return FRUST_EFORMAT;
	*why = NULL;
	for (const struct frust__field *f = frust__row_fields(row->kind); f->name.at && !*why; f++)
		*why = read_field(reader, f, row);
	if (!*why)
		*why = frust__row_finish(row);
	return *why ? FRUST_EFORMAT : 0;
}

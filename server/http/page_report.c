/* Crash reports as pages show them. What is known of a frame is found by the frame's own text
 * ("filemap_read+0x321/0x370"), so that nothing of the console has to be read again. */
#include "http/page_report.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

/* "read+0x1/0x2" is in "read.isra.0+0x1/0x2", but not in "vfs_read+0x1/0x2" nor in "read+0x1/0x2f".
 */
static bool holds(const char *text, const char *frame)
{
	const size_t size = strcspn(frame, "+");
	const char *place = frame + size;
	const size_t n = strlen(place);
	for (const char *at = strstr(text, place); at != NULL && n > 0;
		at = strstr(at + 1, place)) {
		const char *name = at;
		while (name > text && is_name(name[-1])) {
			name--;
		}
		const size_t named = (size_t)(at - name);
		if (named >= size && strncmp(name, frame, size) == 0 &&
			(named == size || name[size] == '.') && !isxdigit((unsigned char)at[n])) {
			return true;
		}
	}
	return false;
}

json_t *report_place(const json_t *places, const char *text)
{
	size_t i;
	json_t *place;
	if (strstr(text, "+0x") == NULL) {
		return NULL;
	}
	json_array_foreach((json_t *)places, i, place)
	{
		const char *frame = json_string_value(json_object_get(place, "frame"));
		if (frame != NULL && holds(text, frame)) {
			return place;
		}
	}
	return NULL;
}

static json_t *lines_split(const json_t *places, const char *text)
{
	json_t *lines = json_array();
	while (*text != '\0') {
		const size_t n = strcspn(text, "\n");
		json_t *line = json_stringn(text, n);
		json_t *place = line != NULL ? report_place(places, json_string_value(line)) : NULL;
		json_array_append_new(
			lines, json_pack("{s:o?, s:O?}", "text", line, "place", place));
		text += n + (text[n] == '\n');
	}
	return lines;
}

/* The page's JSON is our own and shallow. */
void report_lines(json_t *value)
{
	size_t i;
	const char *key;
	json_t *inner;
	json_array_foreach(value, i, inner)
	{
		report_lines(inner);
	}
	json_object_foreach(value, key, inner)
	{
		report_lines(inner);
	}
	const char *text = json_string_value(json_object_get(value, "text"));
	const json_t *places = json_object_get(value, "places");
	if (text != NULL && places != NULL) {
		json_object_set_new(value, "lines", lines_split(places, text));
	}
}

int page_report_add(struct request *req, struct db *db, json_t *page)
{
	(void)req;
	(void)db;
	report_lines(page);
	return 0;
}

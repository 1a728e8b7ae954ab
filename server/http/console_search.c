/* Looks for words in a whole console. It is read piece by piece, each cut behind its last line end,
 * so that neither a line is torn nor memory grows with the console. */
#include "http/console_search.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/stream.h"
#include "store/utf8.h"

enum {
	SEARCH_FOUND_MAX = 300,
	SEARCH_LINE_BYTES = 400,
	SEARCH_BEFORE_BYTES = 3000, /* shown above a line that was found */
};
#define SEARCH_BYTES_MAX ((int64_t)64 << 20)

struct search {
	int64_t attempt_id;
	const char *words;
	int64_t lines; /* before the piece at hand */
	json_t *found;
};

/* The line as it is, and parted where the words stand in it. */
static json_t *hit_json(const char *text, const char *words)
{
	const char *at = strcasestr(text, words);
	const size_t before = at == NULL ? strlen(text) : (size_t)(at - text);
	const size_t match = at == NULL ? 0 : strlen(words);
	/* Words may begin or end within a character: such a line stays whole. */
	json_t *hit = json_pack("{s:s, s:s%, s:s%, s:s}", "text", text, "before", text, before,
		"match", text + before, match, "behind", text + before + match);
	return hit != NULL ? hit : json_pack("{s:s, s:s}", "text", text, "before", text);
}

static void hit_add(struct search *s, int64_t offset, const char *line, size_t size)
{
	_free_ char *text = utf8_plain(line, size, SEARCH_LINE_BYTES);
	_free_ char *from = offset > SEARCH_BEFORE_BYTES
				    ? alloc_format("?offset=%" PRId64, offset - SEARCH_BEFORE_BYTES)
				    : alloc_copy("");
	_free_ char *href = alloc_format(
		"/attempts/%" PRId64 "/console%s#b%" PRId64, s->attempt_id, from, offset);
	json_t *hit = hit_json(text, s->words);
	json_object_set_new(hit, "number", json_integer(s->lines));
	json_object_set_new(hit, "href", json_string(href));
	json_array_append_new(s->found, hit);
}

/* All whole lines of the piece; one without an end is as long as the piece. Answers their bytes. */
static size_t piece_search(struct search *s, int64_t offset, char *bytes, size_t size)
{
	size_t at = 0;
	while (at < size && json_array_size(s->found) < SEARCH_FOUND_MAX) {
		char *end = memchr(bytes + at, '\n', size - at);
		if (end == NULL && at > 0) {
			break;
		}
		const size_t length = end == NULL ? size : (size_t)(end - bytes) - at;
		bytes[at + length] = '\0';
		s->lines++;
		if (strcasestr(bytes + at, s->words) != NULL) {
			hit_add(s, offset + (int64_t)at, bytes + at, length);
		}
		at += length + (end != NULL);
	}
	return at;
}

int console_search(
	struct db *db, int64_t attempt_id, const char *words, json_t **found, bool *is_cut)
{
	_json_ json_t *list = json_array();
	struct search s = {.attempt_id = attempt_id, .words = words, .found = list};
	int64_t offset = 0;
	*is_cut = false;
	while (offset < SEARCH_BYTES_MAX && json_array_size(list) < SEARCH_FOUND_MAX) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int fault = stream_read(
			db, attempt_id, "console", offset, STREAM_CHUNK_MAX, &bytes, &size);
		if (fault != 0) {
			return fault;
		}
		if (size == 0) {
			break;
		}
		offset += (int64_t)piece_search(&s, offset, bytes, size);
	}
	*is_cut = offset >= SEARCH_BYTES_MAX || json_array_size(list) >= SEARCH_FOUND_MAX;
	*found = list;
	list = NULL;
	return 0;
}

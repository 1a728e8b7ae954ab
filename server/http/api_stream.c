/* The streams of an attempt: written by offset, read by offset or Range. */
#include "http/api_stream.h"

#include <inttypes.h>
#include <string.h>

#include "http/content.h"
#include "http/fields.h"
#include "http/owner.h"
#include "http/steps.h"
#include "shared/number.h"
#include "store/db.h"
#include "store/stream.h"

/* An argument of the URL; `absent` when it is not there. Positive: the answer has been made. */
static int argument_int(const struct request *req, struct response *res, const char *name,
	int64_t absent, int64_t *out)
{
	const char *text = request_argument(req, name);
	*out = absent;
	if (text != NULL && number_parse(text, 0, INT64_MAX / 2, out) != 0) {
		response_error(
			res, 400, "bad_argument", "argument '%s' must be a whole number", name);
		return FIELDS_BAD;
	}
	return 0;
}

static int append_answer(struct response *res, int outcome, int64_t have)
{
	switch (outcome) {
	case 0:
		response_json(res, 200, json_pack("{s:I}", "size", (json_int_t)have));
		return 0;
	case STREAM_NONE:
		return response_error(res, 404, "not_found", "there is no such attempt");
	case STREAM_HOLE:
		return response_error_details(res, 409, "hole",
			json_pack("{s:I}", "size", (json_int_t)have),
			"the offset is beyond the end; %" PRId64 " bytes are here", have);
	case STREAM_CLOSED:
		return response_error_details(res, 409, "closed",
			json_pack("{s:I}", "size", (json_int_t)have),
			"the result said that this stream ends at byte %" PRId64, have);
	case STREAM_FULL:
		return response_error(res, 413, "too_large",
			"a stream may have %" PRId64 " bytes: send the last part with gap_end",
			STREAM_BYTES_MAX);
	default:
		return outcome;
	}
}

int api_stream_put(struct request *req, struct db *db, struct response *res)
{
	struct stream_piece piece = {
		.name = req->parts[1], .bytes = req->body, .size = req->body_size};
	if (steps_attempt(req, res, &piece.attempt_id) != 0 ||
		argument_int(req, res, "offset", -1, &piece.offset) != 0 ||
		argument_int(req, res, "gap_end", -1, &piece.gap_end) != 0) {
		return 0;
	}
	if (!stream_name_is(piece.name)) {
		return response_error(res, 404, "not_found", "there is no stream '%s'", piece.name);
	}
	if (piece.offset < 0 || (piece.gap_end >= 0 && piece.gap_end < piece.offset)) {
		return response_error(res, 400, "bad_argument",
			"argument 'offset' is needed, and 'gap_end' must not be before it");
	}
	int64_t have = 0;
	int outcome = owner_attempt(req, db, res, piece.attempt_id);
	if (outcome == OWNER_OTHER) {
		return 0;
	}
	outcome = outcome != 0 ? outcome : stream_append(db, &piece, &have);
	return append_answer(res, outcome, have);
}

struct source {
	int64_t attempt_id;
	const char *name;
};

static int source_read(
	struct db *db, const void *context, int64_t offset, char **bytes, size_t *size)
{
	const struct source *source = context;
	return stream_read(
		db, source->attempt_id, source->name, offset, STREAM_CHUNK_MAX, bytes, size);
}

/* ?offset= and ?limit= choose a part without Range: for scripts, and for pages that append. */
static int part_answer(struct request *req, struct db *db, struct response *res,
	const struct source *source, int64_t size)
{
	int64_t offset = 0;
	int64_t limit = 0;
	if (argument_int(req, res, "offset", 0, &offset) != 0 ||
		argument_int(req, res, "limit", STREAM_CHUNK_MAX, &limit) != 0) {
		return 0;
	}
	if (limit > STREAM_CHUNK_MAX) {
		limit = STREAM_CHUNK_MAX;
	}
	char *bytes = NULL;
	size_t n = 0;
	const int outcome = stream_read(
		db, source->attempt_id, source->name, offset, (size_t)limit, &bytes, &n);
	if (outcome == 0) {
		response_take(res, 200, "text/plain; charset=utf-8", bytes, n);
		response_header(res, "X-Stream-Size", "%" PRId64, size);
	}
	return outcome;
}

int api_stream_get(struct request *req, struct db *db, struct response *res)
{
	struct source source = {.name = req->parts[1]};
	if (steps_attempt(req, res, &source.attempt_id) != 0) {
		return 0;
	}
	struct stream_facts facts;
	const int outcome = stream_find(db, source.attempt_id, source.name, &facts);
	if (outcome == STREAM_NONE) {
		return response_error(res, 404, "not_found",
			"attempt %" PRId64 " has no stream '%s' (yet)", source.attempt_id,
			source.name);
	}
	if (outcome != 0) {
		return outcome;
	}
	if (facts.removed_after[0] != '\0') {
		return response_error(res, 410, "removed",
			"stream '%s' of attempt %" PRId64
			" was removed after %s by retention; what was read out of it stays",
			source.name, source.attempt_id, facts.removed_after);
	}
	if (facts.gap_start >= 0) {
		response_header(res, "X-Stream-Gap", "%" PRId64 "-%" PRId64, facts.gap_start,
			facts.gap_end);
	}
	if (request_argument(req, "offset") != NULL || request_argument(req, "limit") != NULL) {
		return part_answer(req, db, res, &source, facts.size);
	}
	const struct content content = {.read = source_read,
		.source = &source,
		.type = "text/plain; charset=utf-8",
		.size = facts.size};
	return content_answer(req, db, res, &content);
}

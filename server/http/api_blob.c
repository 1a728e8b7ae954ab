/* Files kept by content. */
#include "http/api_blob.h"

#include <inttypes.h>

#include "http/content.h"
#include "http/fields.h"
#include "shared/number.h"
#include "store/blob.h"
#include "store/db.h"

#define BLOB_BYTES_MAX ((int64_t)4 << 30)

static int hash_check(const struct request *req, struct response *res)
{
	if (hex_is(req->parts[0], 64)) {
		return 0;
	}
	response_error(res, 404, "not_found", "the name must be a SHA-256 in lower-case hex");
	return FIELDS_BAD;
}

static int blob_missing(const struct request *req, struct response *res)
{
	return response_error(res, 404, "not_found", "no such file here: %s", req->parts[0]);
}

static void facts_headers(struct response *res, const struct blob_facts *facts)
{
	response_header(res, "X-Blob-Size", "%" PRId64, facts->have);
	response_header(res, "X-Blob-Complete", facts->is_complete ? "true" : "false");
}

int api_blob_head(struct request *req, struct db *db, struct response *res)
{
	struct blob_facts facts;
	if (hash_check(req, res) != 0) {
		return 0;
	}
	const int outcome = blob_find(db, req->parts[0], &facts);
	if (outcome == BLOB_NONE) {
		return blob_missing(req, res);
	}
	if (outcome == 0) {
		res->status = 200;
		facts_headers(res, &facts);
	}
	return outcome;
}

static int append_answer(
	struct request *req, struct response *res, int outcome, const struct blob_facts *facts)
{
	switch (outcome) {
	case 0:
		response_json(res, 200,
			json_pack("{s:I,s:b}", "size", (json_int_t)facts->have, "complete",
				facts->is_complete));
		return 0;
	case BLOB_HOLE:
		return response_error_details(res, 409, "hole",
			json_pack("{s:I}", "size", (json_int_t)facts->have),
			"the offset is beyond the end; %" PRId64 " bytes are here", facts->have);
	case BLOB_OTHER:
		return response_error_details(res, 409, "other_size",
			json_pack("{s:I}", "size", (json_int_t)facts->size),
			"this file was announced with %" PRId64 " bytes before", facts->size);
	case BLOB_WRONG:
		return response_error(res, 422, "hash_mismatch",
			"what came does not have the SHA-256 %s; it was dropped", req->parts[0]);
	default:
		return outcome;
	}
}

int api_blob_put(struct request *req, struct db *db, struct response *res)
{
	struct blob_piece piece = {
		.sha256 = req->parts[0], .bytes = req->body, .size = req->body_size};
	if (hash_check(req, res) != 0) {
		return 0;
	}
	const char *offset = request_argument(req, "offset");
	const char *total = request_argument(req, "size");
	if (offset == NULL || total == NULL ||
		number_parse(offset, 0, BLOB_BYTES_MAX, &piece.offset) != 0 ||
		number_parse(total, 0, BLOB_BYTES_MAX, &piece.total) != 0 ||
		piece.offset + (int64_t)piece.size > piece.total) {
		return response_error(res, 400, "bad_argument",
			"arguments 'offset' and 'size' (of the whole) are needed, and the bytes "
			"must lie within");
	}
	struct blob_facts facts = {0};
	const int outcome = blob_append(db, &piece, &facts);
	return append_answer(req, res, outcome, &facts);
}

static int source_read(
	struct db *db, const void *context, int64_t offset, char **bytes, size_t *size)
{
	return blob_read(db, context, offset, bytes, size);
}

int api_blob_get(struct request *req, struct db *db, struct response *res)
{
	struct blob_facts facts;
	if (hash_check(req, res) != 0) {
		return 0;
	}
	const int outcome = blob_find(db, req->parts[0], &facts);
	if (outcome == 0 && facts.is_removed) {
		return response_error(res, 410, "removed",
			"this file was removed by retention; whoever has it may send it again");
	}
	if (outcome == BLOB_NONE || (outcome == 0 && !facts.is_complete)) {
		return blob_missing(req, res);
	}
	if (outcome != 0) {
		return outcome;
	}
	const struct content content = {.read = source_read,
		.source = req->parts[0],
		.type = "application/octet-stream",
		.size = facts.size};
	response_header(res, "Cache-Control", "private, max-age=31536000, immutable");
	res->is_cached = true;
	return content_answer(req, db, res, &content);
}

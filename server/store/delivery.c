/* The outbox. */
#include "store/delivery.h"

#include <stdlib.h>

#include "store/db.h"
#include "store/row.h"

void delivery_draft_fini(struct delivery_draft *draft)
{
	free(draft->channel);
	free(draft->alerts);
	free(draft->root_id);
	free(draft->root_subject);
	*draft = (struct delivery_draft){0};
}

void delivery_fini(struct delivery *delivery)
{
	free(delivery->channel);
	free(delivery->target);
	free(delivery->secret);
	free(delivery->subject);
	free(delivery->content);
	free(delivery->message_id);
	free(delivery->in_reply_to);
	*delivery = (struct delivery){0};
}

int delivery_write_next(struct db *db, const char *base, struct delivery_draft *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "delivery_write_next", &rows, db_text(base));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : DELIVERY_NONE;
	}
	*out = (struct delivery_draft){.id = row_int(rows, 0, "id"),
		.channel = row_text_copy(rows, 0, "channel"),
		.alerts = row_text_copy(rows, 0, "alerts"),
		.root_id = row_text_copy(rows, 0, "root_id"),
		.root_subject = row_text_copy(rows, 0, "root_subject"),
		.is_digest = row_bool(rows, 0, "is_digest"),
		.is_public = row_bool(rows, 0, "is_public"),
		.has_regzbot = row_bool(rows, 0, "has_regzbot")};
	return 0;
}

int delivery_written(struct db *db, int64_t id, const char *subject, const char *content,
	const char *message_id, const char *in_reply_to)
{
	return DB_QUERY(db, "delivery_written", NULL, db_int(id), db_text(subject),
		db_text(content), db_text(message_id), db_text(in_reply_to));
}

int delivery_take(struct db *db, struct delivery *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "delivery_take", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : DELIVERY_NONE;
	}
	*out = (struct delivery){.id = row_int(rows, 0, "id"),
		.created_s = row_int(rows, 0, "created_s"),
		.channel = row_text_copy(rows, 0, "channel"),
		.target = row_text_copy(rows, 0, "target"),
		.secret = row_text_copy(rows, 0, "secret"),
		.subject = row_text_copy(rows, 0, "subject"),
		.content = row_text_copy(rows, 0, "content"),
		.message_id = row_text_copy(rows, 0, "message_id"),
		.in_reply_to = row_text_copy(rows, 0, "in_reply_to"),
		.is_public = row_bool(rows, 0, "is_public")};
	return 0;
}

int delivery_sent(struct db *db, int64_t id, const char *why, bool is_final, bool is_gone)
{
	return DB_QUERY(db, "delivery_sent", NULL, db_int(id), db_text(why), db_bool(is_final),
		db_bool(is_gone));
}

static int decided(int outcome, const struct rows *rows)
{
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0          ? DELIVERY_NONE
	       : row_bool(rows, 0, "is_done") ? 0
					      : DELIVERY_OTHER_STATE;
}

int delivery_decide(
	struct db *db, const char *id, const char *action, const char *was, int64_t token_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "delivery_decide", &rows, db_text(id), db_text(action),
		db_int(token_id), db_text(was));
	return decided(outcome, rows);
}

int delivery_edit(
	struct db *db, const char *id, const char *subject, const char *content, const char *was)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "delivery_edit", &rows, db_text(id), db_text(subject),
		db_text(content), db_text(was));
	return decided(outcome, rows);
}

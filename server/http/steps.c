/* The steps of an attempt, as heartbeats and results carry them. */
#include "http/steps.h"

#include "shared/number.h"
#include "store/attempt.h"
#include "store/db.h"

enum { STEPS_MAX = 64, STEP_TEXT_MAX = 64 };

void steps_fini(struct steps *steps)
{
	array_fini(&steps->names);
	array_fini(&steps->starts);
	array_fini(&steps->seconds);
}

void steps_take(struct fields *f, struct steps *out)
{
	array_init(&out->names);
	array_init(&out->starts);
	array_init(&out->seconds);
	const json_t *list = fields_array(f, "steps", STEPS_MAX);
	size_t i;
	const json_t *step;
	json_array_foreach((json_t *)list, i, step)
	{
		if (!json_is_object(step)) {
			fields_refuse(f, "steps", "must be a list of objects");
			return;
		}
		struct fields s = {.object = step, .res = f->res, .within = "steps."};
		array_text(&out->names, fields_text(&s, "name", STEP_TEXT_MAX, true));
		array_text(&out->starts, fields_text(&s, "started_at", STEP_TEXT_MAX, true));
		array_real(&out->seconds, fields_real(&s, "seconds", STEPS_SECONDS_MAX));
		if (s.is_bad) {
			f->is_bad = true;
			return;
		}
	}
}

int steps_put(struct db *db, struct response *res, int64_t attempt_id, struct steps *steps)
{
	if (steps->names.n == 0) {
		return 0;
	}
	const int outcome =
		attempt_steps_put(db, attempt_id, &steps->names, &steps->starts, &steps->seconds);
	if (outcome == DB_REFUSED) {
		return response_error(res, 400, "bad_field", "field 'steps': %s", db_refusal(db));
	}
	return outcome;
}

int steps_attempt(const struct request *req, struct response *res, int64_t *id)
{
	if (number_parse(req->parts[0], 1, INT64_MAX, id) != 0) {
		response_error(res, 404, "not_found", "there is no attempt '%s'", req->parts[0]);
		return FIELDS_BAD;
	}
	return 0;
}

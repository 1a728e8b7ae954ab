/* A verdict as JSON. */
#include "stats/verdict_json.h"

#include <math.h>

enum { HOUR_S = 3600 };

json_t *verdict_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *more_json(const struct verdict *v, size_t cell_count)
{
	if (v->more_cell == cell_count) {
		return json_null();
	}
	json_t *fixed = json_object();
	static const char *const truths[VERDICT_TRUTHS] = {"a_tenth", "a_third", "equal"};
	for (size_t i = 0; i < VERDICT_TRUTHS; i++) {
		json_object_set_new(fixed, truths[i], json_real(v->more_fixed[i]));
	}
	return json_pack("{s:I, s:f, s:o, s:o}", "stratum", (json_int_t)v->more_cell + 1,
		"exposure", v->more_exposure, "hours", verdict_number(v->more_seconds / HOUR_S),
		"chance_of_fixed_if", fixed);
}

json_t *verdict_json(const struct verdict *v, size_t cell_count)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o}", "answer",
		verdict_word(v->answer), "is_masked", v->is_masked, "fell", verdict_number(v->fell),
		"ratio", verdict_number(v->ratio.ratio), "low", verdict_number(v->ratio.low),
		"high", verdict_number(v->ratio.high), "chance", verdict_number(v->ratio.chance),
		"fixed_chance", verdict_number(v->fixed_chance), "due_by_work", v->due_by_work,
		"due_by_time", verdict_number(v->due_by_time), "more", more_json(v, cell_count));
}

/* The factor table of a bug. */
#include "http/page_factors.h"

#include <math.h>

#include "http/page_bug.h"
#include "shared/cleanup.h"
#include "stats/factor_json.h"
#include "stats/verdict_json.h"
#include "store/db.h"
#include "store/row.h"

/* Numbers in words, one object a finding. */
static int findings_said(struct db *db, const struct factors *f, json_t **out)
{
	_json_ json_t *numbers = json_array();
	for (size_t i = 0; i < f->finding_count; i++) {
		const struct factor_finding *x = &f->findings[i];
		json_array_append_new(numbers,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "ratio",
				verdict_number(x->ratio.ratio), "low", verdict_number(x->ratio.low),
				"high", verdict_number(x->ratio.high), "tried",
				verdict_number(x->tried.exposure), "more_work",
				verdict_number(x->more_exposure), "more_s",
				verdict_number(x->more_seconds)));
	}
	_free_ char *text = json_dumps(numbers, JSON_COMPACT);
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "page_said", &rows, db_text(text));
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	*out = json_loads(row_text(rows, 0, "page"), 0, NULL);
	return 0;
}

static json_t *answer_status(enum factor_answer answer)
{
	static const struct {
		const char *word;
		const char *mark;
		const char *class;
	} marks[] = {
		[FACTOR_DIFFERENT] = {"makes a difference", "!", "warn"},
		[FACTOR_EXPLAINED] = {"only seems so", "–", "idle"},
		[FACTOR_NO_DIFFERENCE] = {"no difference shown", "✓", "good"},
		[FACTOR_NOT_TRIED] = {"not tried enough", "…", "idle"},
		[FACTOR_NOT_SEPARATED] = {"cannot be told apart", "…", "idle"},
	};
	return json_pack("{s:s, s:s, s:s}", "word", marks[answer].word, "mark", marks[answer].mark,
		"class", marks[answer].class);
}

static json_t *level_json(const struct factors *f, const struct factor_finding *x, json_t *said)
{
	const json_t *base = json_array_get(json_object_get(f->data, "rows"), x->more_row);
	json_t *level = json_pack("{s:s, s:s, s:o, s:I, s:I, s:O, s:o, s:o}", "level",
		f->levels[x->factor][x->level], "answer", factor_word(x->answer), "status",
		answer_status(x->answer), "k", (json_int_t)x->tried.events, "exposure",
		(json_int_t)x->tried.exposure, "said", said, "q", verdict_number(x->q), "ratio",
		isnan(x->q) ? json_null() : verdict_number(x->ratio.ratio));
	if (x->answer == FACTOR_DIFFERENT) {
		json_object_set_new(level, "is_different", json_true());
	}
	if (x->answer == FACTOR_EXPLAINED) {
		json_object_set_new(level, "is_explained", json_true());
	}
	if (x->other < f->count) {
		json_object_set_new(level, "other", json_string(factors_name(f, x->other)));
	}
	if (base != NULL) {
		json_object_set_new(level, "more",
			json_pack("{s:O, s:f, s:o}", "profile", json_object_get(base, "profile"),
				"migrations", x->more_exposure, "seconds",
				verdict_number(x->more_seconds)));
	}
	return level;
}

int page_factors_add(struct request *req, struct db *db, json_t *page)
{
	__attribute__((cleanup(factors_fini))) struct factors f;
	_json_ json_t *said = NULL;
	factors_find(page, &f);
	const int outcome = findings_said(db, &f, &said);
	json_t *tables = json_array();
	bool is_open = false;
	for (size_t i = 0; i < f.finding_count && outcome == 0; i++) {
		const struct factor_finding *x = &f.findings[i];
		if (x->level == 0) {
			json_array_append_new(
				tables, json_pack("{s:s, s:[]}", "factor",
						factors_name(&f, x->factor), "levels"));
		}
		json_t *table = json_array_get(tables, json_array_size(tables) - 1);
		json_array_append_new(json_object_get(table, "levels"),
			level_json(&f, x, json_array_get(said, i)));
		is_open = is_open || x->more_row < f.row_count;
	}
	json_object_set_new(page, "tables", tables);
	json_object_set_new(page, "is_open", json_boolean(is_open));
	return outcome == 0 ? page_bug_add(req, db, page) : outcome;
}

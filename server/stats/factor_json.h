/* The conditions under which a bug was tried, as db/queries/page_bug_factors.sql gives them, held
 * against each other (stats/factor.h): for the page, and for what is run next. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/factor.h"

/* Levels of one factor, at most: where it has more, as a fleet has machines, each was tried too
 * little for an answer. */
enum { FACTORS_LEVELS_MAX = 16 };

/* The page's "rows" as stats/factor.h takes them: of the factors that have 2 to FACTORS_LEVELS_MAX
 * levels. */
struct factors {
	const json_t *data; /* borrowed */
	struct factor list[FACTOR_MAX];
	size_t column[FACTOR_MAX];                          /* of each, its place in "levels" */
	const char *levels[FACTOR_MAX][FACTORS_LEVELS_MAX]; /* borrowed */
	size_t count;
	struct factor_row *rows;
	size_t row_count;
	struct factor_finding *findings;
	size_t finding_count;
};

void factors_find(const json_t *data, struct factors *out);
void factors_fini(struct factors *factors);

/* Borrowed from the data. */
const char *factors_name(const struct factors *factors, size_t factor);

/* What is to be run for a finding: the conditions of `base`, with the level that `level` has. */
struct factors_cell {
	const char *factor; /* its name, and that of the level */
	const char *level_name;
	const char *arch;                /* under which it would run */
	int64_t revision_id, profile_id; /* of the base */
	int64_t duration_s;              /* of one attempt there */
	int64_t level_revision_id, level_profile_id;
	const char *level_machine; /* all texts are borrowed */
};
/* False: nothing is to be run for it. */
bool factors_cell(const struct factors *factors, const struct factor_finding *finding,
	struct factors_cell *out);

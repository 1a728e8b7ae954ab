/* The factors of a bug, out of JSON. */
#include "stats/factor_json.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

/* The first of the query's factors is the architecture. */
enum { NO_LEVEL = FACTORS_LEVELS_MAX, ARCH_COLUMN = 0 };

void factors_fini(struct factors *f)
{
	free(f->rows);
	free(f->findings);
}

static const char *level_text(const json_t *row, size_t column)
{
	return json_string_value(json_array_get(json_object_get(row, "levels"), column));
}

/* The place of a level, which is noted when it is new; NO_LEVEL: there are too many. */
static size_t level_place(const char **levels, size_t *count, const char *text)
{
	size_t i = 0;
	while (i < *count && strcmp(levels[i], text) != 0) {
		i++;
	}
	if (i == *count && i < FACTORS_LEVELS_MAX) {
		levels[(*count)++] = text;
	}
	return i;
}

/* The column becomes a factor when something can be held against something else. */
static void column_take(struct factors *f, const json_t *rows, size_t column)
{
	size_t i;
	const json_t *row;
	size_t count = 0;
	const size_t at = f->count;
	json_array_foreach((json_t *)rows, i, row)
	{
		const size_t place = level_place(f->levels[at], &count, level_text(row, column));
		if (place == NO_LEVEL) {
			return;
		}
		f->rows[i].level[at] = place;
	}
	if (count > 1) {
		f->column[at] = column;
		f->list[at] = (struct factor){.level_count = count};
		f->count++;
	}
}

/* Bits of the factors that one is computed from or goes along with. */
static void relations_read(struct factors *f)
{
	for (size_t i = 0; i < f->count; i++) {
		size_t k;
		const json_t *of;
		const json_t *factor =
			json_array_get(json_object_get(f->data, "factors"), f->column[i]);
		json_array_foreach(json_object_get(factor, "of"), k, of)
		{
			for (size_t other = 0; other < f->count; other++) {
				if ((json_int_t)f->column[other] == json_integer_value(of)) {
					f->list[i].derived_from |= UINT64_C(1) << other;
				}
			}
		}
	}
}

void factors_find(const json_t *data, struct factors *out)
{
	size_t i;
	const json_t *row;
	const json_t *rows = json_object_get(data, "rows");
	*out = (struct factors){.data = data, .row_count = json_array_size(rows)};
	out->rows = alloc_zero(out->row_count + 1, sizeof(*out->rows));
	out->findings = alloc_zero(FACTOR_MAX * FACTORS_LEVELS_MAX, sizeof(*out->findings));
	json_array_foreach((json_t *)rows, i, row)
	{
		out->rows[i].tried =
			(struct rate_side){json_number_value(json_object_get(row, "k")),
				json_number_value(json_object_get(row, "exposure")),
				json_number_value(json_object_get(row, "seconds"))};
	}
	const size_t columns = json_array_size(json_object_get(data, "factors"));
	for (size_t column = 0; column < columns && out->row_count > 0; column++) {
		column_take(out, rows, column);
	}
	relations_read(out);
	factor_findings(out->list, out->count, out->rows, out->row_count, out->findings,
		&out->finding_count);
}

const char *factors_name(const struct factors *f, size_t factor)
{
	const json_t *column =
		json_array_get(json_object_get(f->data, "factors"), f->column[factor]);
	return json_string_value(json_object_get(column, "name"));
}

/* Some row of the level. */
static const json_t *level_row(const struct factors *f, const struct factor_finding *x)
{
	size_t row = 0;
	while (f->rows[row].level[x->factor] != x->level) {
		row++;
	}
	return json_array_get(json_object_get(f->data, "rows"), row);
}

static int64_t row_id(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

bool factors_cell(const struct factors *f, const struct factor_finding *x, struct factors_cell *out)
{
	if (x->more_row >= f->row_count) {
		return false;
	}
	const json_t *base = json_array_get(json_object_get(f->data, "rows"), x->more_row);
	const json_t *level = level_row(f, x);
	*out = (struct factors_cell){.factor = factors_name(f, x->factor),
		.level_name = f->levels[x->factor][x->level],
		.arch = level_text(base, ARCH_COLUMN),
		.revision_id = row_id(base, "revision_id"),
		.profile_id = row_id(base, "profile_id"),
		.duration_s = row_id(base, "duration_s"),
		.level_revision_id = row_id(level, "revision_id"),
		.level_profile_id = row_id(level, "profile_id"),
		.level_machine = json_string_value(json_object_get(level, "machine"))};
	if (f->column[x->factor] == ARCH_COLUMN) {
		out->arch = out->level_name;
	}
	return true;
}

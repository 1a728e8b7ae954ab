/* The answer of a query: columns by name, text form. */
#include "store/row.h"

#include <assert.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/number.h"

struct rows {
	PGresult *result;
};

struct rows *rows_take(struct pg_result *result)
{
	struct rows *rows = alloc_zero(1, sizeof(*rows));
	rows->result = (PGresult *)result;
	return rows;
}

void rows_free(struct rows *rows)
{
	if (rows != NULL) {
		PQclear(rows->result);
		free(rows);
	}
}

void rows_cleanup(struct rows **rows)
{
	rows_free(*rows);
}

size_t rows_count(const struct rows *rows)
{
	return (size_t)PQntuples(rows->result);
}

int64_t rows_touched(const struct rows *rows)
{
	int64_t n = 0;
	number_parse(PQcmdTuples(rows->result), 0, INT64_MAX, &n);
	return n;
}

static int row_column(const struct rows *rows, size_t row, const char *column)
{
	const int c = PQfnumber(rows->result, column);
	assert(c >= 0 && row < rows_count(rows));
	return c;
}

bool row_is_null(const struct rows *rows, size_t row, const char *column)
{
	return PQgetisnull(rows->result, (int)row, row_column(rows, row, column)) != 0;
}

const char *row_text(const struct rows *rows, size_t row, const char *column)
{
	if (row_is_null(rows, row, column)) {
		return NULL;
	}
	return PQgetvalue(rows->result, (int)row, row_column(rows, row, column));
}

char *row_text_copy(const struct rows *rows, size_t row, const char *column)
{
	const char *text = row_text(rows, row, column);
	return text == NULL ? NULL : alloc_copy(text);
}

int64_t row_int(const struct rows *rows, size_t row, const char *column)
{
	int64_t value = 0;
	const char *text = row_text(rows, row, column);
	if (text != NULL) {
		const int bad = number_parse(text, INT64_MIN, INT64_MAX, &value);
		assert(bad == 0);
		(void)bad;
	}
	return value;
}

double row_real(const struct rows *rows, size_t row, const char *column)
{
	const char *text = row_text(rows, row, column);
	return text == NULL ? NAN : strtod(text, NULL);
}

bool row_bool(const struct rows *rows, size_t row, const char *column)
{
	const char *text = row_text(rows, row, column);
	return text != NULL && text[0] == 't';
}

unsigned char *row_bytes(const struct rows *rows, size_t row, const char *column, size_t *size)
{
	*size = 0;
	const char *text = row_text(rows, row, column);
	if (text == NULL) {
		return NULL;
	}
	/* PQunescapeBytea answers memory of libpq; ours is freed by free() on all that we run on.
	 */
	unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, size);
	assert(bytes != NULL);
	return bytes;
}

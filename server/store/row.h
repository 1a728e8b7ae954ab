/* The answer of a query: columns by name, text form. A column that the query does not give is our
 * own bug. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows;

void rows_free(struct rows *rows);
void rows_cleanup(struct rows **rows);
#define _rows_ __attribute__((cleanup(rows_cleanup)))

size_t rows_count(const struct rows *rows);
/* How many rows an insert, update or delete touched. */
int64_t rows_touched(const struct rows *rows);

bool row_is_null(const struct rows *rows, size_t row, const char *column);
/* Borrowed, lives as long as rows; NULL for SQL null. */
const char *row_text(const struct rows *rows, size_t row, const char *column);
/* A fresh copy, or NULL for SQL null. */
char *row_text_copy(const struct rows *rows, size_t row, const char *column);
int64_t row_int(const struct rows *rows, size_t row, const char *column); /* null is 0 */
double row_real(const struct rows *rows, size_t row, const char *column); /* null is NaN */
bool row_bool(const struct rows *rows, size_t row, const char *column);   /* null is false */
/* Decodes bytea; *size in bytes; the caller frees. NULL for SQL null. */
unsigned char *row_bytes(const struct rows *rows, size_t row, const char *column, size_t *size);

/* For db.c only: wraps a PGresult, owned from then on. */
struct pg_result;
struct rows *rows_take(struct pg_result *result);

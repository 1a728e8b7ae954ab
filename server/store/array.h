/* The text form of a PostgreSQL array, built element by element: how many rows go into one
 * statement, by unnest($1::bigint[], $2::text[]). */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "store/db.h"

struct array {
	FILE *file;
	char *text;
	size_t size;
	size_t n; /* elements so far */
};

void array_init(struct array *array);
void array_fini(struct array *array);
#define _array_ __attribute__((cleanup(array_fini)))

void array_null(struct array *array);
void array_int(struct array *array, int64_t value);
void array_real(struct array *array, double value); /* NaN is null */
/* Valid UTF-8 (see utf8.h), or raw ASCII. NULL is null. */
void array_text(struct array *array, const char *text);
/* One element that is itself an array of bigint: "{1,NULL,3}" as text, to be cast with ::bigint[].
 * `null` is the value that stands for null. */
void array_ints(struct array *array, const int64_t *values, size_t n, int64_t null);

/* Closes the array; the value lives as long as the array. */
struct db_value array_value(struct array *array);

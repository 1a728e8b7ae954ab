/* The text form of a PostgreSQL array. */
#include "store/array.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "shared/log.h"

void array_init(struct array *array)
{
	*array = (struct array){0};
	array->file = open_memstream(&array->text, &array->size);
	if (array->file == NULL) {
		log_errno("cannot build an array");
		abort();
	}
}

void array_fini(struct array *array)
{
	if (array->file != NULL) {
		fclose(array->file);
	}
	free(array->text);
	*array = (struct array){0};
}

static void element_begin(struct array *array)
{
	fputc(array->n++ == 0 ? '{' : ',', array->file);
}

void array_null(struct array *array)
{
	element_begin(array);
	fputs("NULL", array->file);
}

/* A third of the time that fprintf takes; there are some thousand numbers a second and attempt. */
static void put_int(FILE *file, int64_t value)
{
	char digits[24];
	size_t i = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--i] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0) {
		digits[--i] = '-';
	}
	fwrite_unlocked(digits + i, 1, sizeof(digits) - i, file);
}

void array_int(struct array *array, int64_t value)
{
	element_begin(array);
	put_int(array->file, value);
}

void array_real(struct array *array, double value)
{
	if (!isfinite(value)) {
		array_null(array);
		return;
	}
	element_begin(array);
	fprintf(array->file, "%.17g", value);
}

void array_text(struct array *array, const char *text)
{
	if (text == NULL) {
		array_null(array);
		return;
	}
	element_begin(array);
	fputc('"', array->file);
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\') {
			putc_unlocked('\\', array->file);
		}
		putc_unlocked(*c, array->file);
	}
	fputc('"', array->file);
}

void array_ints(struct array *array, const int64_t *values, size_t n, int64_t null)
{
	element_begin(array);
	fputs("\"{", array->file);
	for (size_t i = 0; i < n; i++) {
		if (i > 0) {
			putc_unlocked(',', array->file);
		}
		if (values[i] == null) {
			fputs("NULL", array->file);
		} else {
			put_int(array->file, values[i]);
		}
	}
	fputs("}\"", array->file);
}

struct db_value array_value(struct array *array)
{
	if (array->n == 0) {
		fputc('{', array->file);
	}
	fputc('}', array->file);
	fclose(array->file);
	array->file = NULL;
	return db_text(array->text);
}

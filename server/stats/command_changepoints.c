/* `faultline-server changepoints`: what the detector says of series in files, at its defaults. */
#include "stats/command.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/change.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static int usage(FILE *out)
{
	fprintf(out, "usage: faultline-server changepoints FILE…\n");
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static json_t *document_read(const char *path)
{
	json_error_t error = {0};
	const size_t flags = JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES;
	json_t *document = strcmp(path, "-") == 0 ? json_loadf(stdin, flags, &error)
						  : json_load_file(path, flags, &error);
	if (document == NULL) {
		(void)log_fault("cannot read '%s': %s", path, error.text);
	}
	return document;
}

/* The array of numbers, wherever the layout has it; NULL when there is none. */
static const json_t *points_of(const json_t *document)
{
	const json_t *series = json_object_get(document, "series");
	const json_t *first = json_array_get(series, 0);
	return json_is_object(first) ? json_object_get(first, "raw") : series;
}

/* What is no number is a missing point. */
static double *values_of(const json_t *points, size_t *n)
{
	*n = json_array_size(points);
	double *values = alloc_zero(*n + 1, sizeof(*values));
	for (size_t i = 0; i < *n; i++) {
		const json_t *point = json_array_get(points, i);
		values[i] = json_is_real(point) ? json_real_value(point) : NAN;
	}
	return values;
}

static json_t *indices_of(const json_t *points)
{
	size_t n = 0;
	_free_ double *values = values_of(points, &n);
	struct changes changes;
	(void)change_find(values, n, CHANGE_CHANCE, &changes); /* too few points: none */
	json_t *indices = json_array();
	for (size_t i = 0; i < changes.count; i++) {
		json_array_append_new(indices, json_integer((json_int_t)changes.list[i].at));
	}
	changes_fini(&changes);
	return indices;
}

static int series_add(json_t *answer, const char *path)
{
	_json_ json_t *document = document_read(path);
	if (document == NULL) {
		return EXIT_FAILURE;
	}
	const char *name = json_string_value(json_object_get(document, "name"));
	const json_t *points = points_of(document);
	if (name == NULL || !json_is_array(points)) {
		(void)log_fault(
			"'%s' is no series: \"name\" and an array \"series\" are wanted", path);
		return EXIT_FAILURE;
	}
	json_object_set_new(answer, name, indices_of(points));
	return EXIT_SUCCESS;
}

int command_changepoints(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	if (argc < 2 || (argv[1][0] == '-' && argv[1][1] != '\0')) {
		return usage(stderr);
	}
	_json_ json_t *answer = json_object();
	int status = EXIT_SUCCESS;
	for (int i = 1; i < argc; i++) {
		if (series_add(answer, argv[i]) != EXIT_SUCCESS) {
			status = EXIT_FAILURE;
		}
	}
	json_dumpf(answer, stdout, JSON_PRESERVE_ORDER);
	putchar('\n');
	return status;
}

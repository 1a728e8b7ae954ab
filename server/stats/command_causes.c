/* `faultline-server causes`: which bugs of a file rise and fall together, and share call chains. */
#include "stats/command.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "stats/cause.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, BUGS_MAX = 1000 };

struct input {
	struct cause_bug *bugs;
	const char **names;
	size_t n_bugs;
	double *exposure;
	size_t n_revisions;
	struct cause_edge *edges;
	size_t n_edges;
};

static void input_fini(struct input *in)
{
	for (size_t i = 0; i < in->n_bugs; i++) {
		free((void *)in->bugs[i].events);
		free((void *)in->bugs[i].frames);
	}
	free(in->bugs);
	free(in->names);
	free(in->exposure);
	free(in->edges);
}

static int usage(FILE *out)
{
	fprintf(out, "usage: faultline-server causes FILE\n");
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

/* Counts or amounts, one for each of `n` revisions; NULL: it is not that. */
static double *amounts_read(const json_t *list, size_t n)
{
	_free_ double *values = alloc_zero(n + 1, sizeof(*values));
	if (json_array_size(list) != n) {
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		values[i] = json_number_value(json_array_get(list, i));
		if (!json_is_number(json_array_get(list, i)) || values[i] < 0) {
			return NULL;
		}
	}
	double *out = values;
	values = NULL;
	return out;
}

static int bug_read(
	const json_t *from, size_t n_revisions, const char **name, struct cause_bug *bug)
{
	const json_t *frames = json_object_get(from, "frames");
	const size_t n = json_array_size(frames);
	_free_ const char **list = alloc_zero(n + 1, sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		list[i] = json_string_value(json_array_get(frames, i));
		if (list[i] == NULL) {
			return -1;
		}
	}
	*name = json_string_value(json_object_get(from, "name"));
	bug->events = amounts_read(json_object_get(from, "events"), n_revisions);
	bug->frames = list;
	bug->n_frames = n;
	list = NULL;
	return *name != NULL && bug->events != NULL ? 0 : -1;
}

/* Without "edges" each revision follows the one before. */
static int edges_read(const json_t *list, struct input *in)
{
	const size_t n = list != NULL ? json_array_size(list) : in->n_revisions - 1;
	in->edges = alloc_zero(n + 1, sizeof(*in->edges));
	for (size_t i = 0; i < n; i++) {
		json_int_t from = (json_int_t)i;
		json_int_t to = (json_int_t)i + 1;
		if (list != NULL &&
			json_unpack(json_array_get(list, i), "[I,I!]", &from, &to) != 0) {
			return -1;
		}
		if (from < 0 || to < 0 || from >= (json_int_t)in->n_revisions ||
			to >= (json_int_t)in->n_revisions) {
			return -1;
		}
		in->edges[in->n_edges++] = (struct cause_edge){(size_t)from, (size_t)to, i};
	}
	return 0;
}

static int input_read(const json_t *document, struct input *in)
{
	const json_t *bugs = json_object_get(document, "bugs");
	const json_t *exposure = json_object_get(document, "exposure");
	const size_t n = json_array_size(bugs);
	in->n_revisions = json_array_size(exposure);
	if (n > BUGS_MAX || in->n_revisions == 0) {
		return -1;
	}
	in->bugs = alloc_zero(n + 1, sizeof(*in->bugs));
	in->names = alloc_zero(n + 1, sizeof(*in->names));
	in->exposure = amounts_read(exposure, in->n_revisions);
	int outcome =
		in->exposure == NULL ? -1 : edges_read(json_object_get(document, "edges"), in);
	for (size_t i = 0; i < n && outcome == 0; i++) {
		outcome = bug_read(
			json_array_get(bugs, i), in->n_revisions, &in->names[i], &in->bugs[i]);
		in->n_bugs++;
	}
	return outcome;
}

static void pairs_print(const struct input *in)
{
	_free_ struct cause_pair *pairs = alloc_zero(in->n_bugs * in->n_bugs + 1, sizeof(*pairs));
	const size_t n =
		cause_pairs(in->bugs, in->n_bugs, in->exposure, in->edges, in->n_edges, 1, pairs);
	for (size_t i = 0; i < n; i++) {
		_json_ json_t *line =
			json_pack("{s:[s,s], s:b, s:f, s:f}", "bugs", in->names[pairs[i].a],
				in->names[pairs[i].b], "is_proposed", pairs[i].q <= CAUSE_DISCOVERY,
				"likeness", pairs[i].likeness, "shared", pairs[i].shared);
		json_object_set_new(
			line, "q", isnan(pairs[i].q) ? json_null() : json_real(pairs[i].q));
		json_dumpf(line, stdout, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(3));
		putchar('\n');
	}
}

int command_causes(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	if (argc != 2 || (argv[1][0] == '-' && argv[1][1] != '\0')) {
		return usage(stderr);
	}
	json_error_t error = {0};
	_json_ json_t *document = strcmp(argv[1], "-") == 0
					  ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
					  : json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);
	if (document == NULL) {
		(void)log_fault("cannot read '%s': %s", argv[1], error.text);
		return EXIT_FAILURE;
	}
	struct input in = {0};
	const int outcome = input_read(document, &in);
	if (outcome == 0) {
		pairs_print(&in);
	} else {
		(void)log_fault("'%s' does not say what was seen: \"exposure\" and \"bugs\" with "
				"\"name\", \"events\", \"frames\" are wanted",
			argv[1]);
	}
	input_fini(&in);
	return outcome == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

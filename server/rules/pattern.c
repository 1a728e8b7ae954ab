/* Regular expressions that people write: the one file that knows PCRE2. Without its JIT: compiled
 * patterns know no limit of depth or heap. */
#include "rules/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

/* STEPS: a reasonable pattern needs some per byte of a report's 32 KiB until it fails; 500,000 are
 * about 10 ms. DEPTH: of backtracking points within each other. HEAP: KiB for these. NEST: of
 * parentheses. */
enum { LIMIT_STEPS = 500000, LIMIT_DEPTH = 50000, LIMIT_HEAP_KB = 8192, LIMIT_NEST = 50 };

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	const char *why;
};

static pcre2_code *compile(const char *text, struct pattern_error *error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	if (context == NULL) {
		abort();
	}
	pcre2_set_parens_nest_limit(context, LIMIT_NEST);
	pcre2_set_max_pattern_length(context, PATTERN_BYTES);
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	int number = 0;
	PCRE2_SIZE offset = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, strlen(text),
		PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C,
		&number, &offset, context);
	pcre2_compile_context_free(context);
	if (code == NULL) {
		error->offset = offset;
		pcre2_get_error_message(number, (PCRE2_UCHAR *)error->text, sizeof(error->text));
	}
	return code;
}

int pattern_new(const char *text, struct pattern **out, struct pattern_error *error)
{
	*error = (struct pattern_error){0};
	if (text[0] == '\0') {
		snprintf(error->text, sizeof(error->text), "the pattern is empty");
		return PATTERN_BAD;
	}
	pcre2_code *code = compile(text, error);
	if (code == NULL) {
		return PATTERN_BAD;
	}
	struct pattern *pattern = alloc_zero(1, sizeof(*pattern));
	pattern->code = code;
	pattern->data = pcre2_match_data_create(1, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (pattern->data == NULL || pattern->limits == NULL) {
		abort();
	}
	pcre2_set_match_limit(pattern->limits, LIMIT_STEPS);
	pcre2_set_depth_limit(pattern->limits, LIMIT_DEPTH);
	pcre2_set_heap_limit(pattern->limits, LIMIT_HEAP_KB);
	*out = pattern;
	return 0;
}

void pattern_free(struct pattern *pattern)
{
	if (pattern == NULL) {
		return;
	}
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	free(pattern);
}

/* What PCRE2 answers below zero. A fault of the pattern (it calls itself for ever) is a limit too:
 * the text cannot help it. */
static const struct {
	int number;
	const char *why;
} faults[] = {
	{PCRE2_ERROR_DEPTHLIMIT, "it needs more than 50,000 places to come back to"},
	{PCRE2_ERROR_HEAPLIMIT, "it needs more than 8 MiB of memory"},
	{PCRE2_ERROR_MATCHLIMIT, "it needs more than 500,000 steps"},
	{PCRE2_ERROR_RECURSELOOP, "it calls itself for ever"},
};

static const char *fault_why(int number)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i].number == number) {
			return faults[i].why;
		}
	}
	return "it cannot be tried";
}

int pattern_match(
	struct pattern *pattern, const char *bytes, size_t size, struct pattern_place *place)
{
	const int found = pcre2_match(
		pattern->code, (PCRE2_SPTR)bytes, size, 0, 0, pattern->data, pattern->limits);
	if (found == PCRE2_ERROR_NOMATCH) {
		return PATTERN_NONE;
	}
	if (found < 0) {
		pattern->why = fault_why(found);
		return PATTERN_LIMIT;
	}
	/* \K can put the start behind the end. */
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(pattern->data);
	place->start = at[0] < at[1] ? at[0] : at[1];
	place->end = at[1];
	return PATTERN_FOUND;
}

const char *pattern_why(const struct pattern *pattern)
{
	return pattern->why == NULL ? "" : pattern->why;
}

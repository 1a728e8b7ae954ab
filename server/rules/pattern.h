/* Regular expressions that people write, tried on text that kernels wrote: PCRE2, interpreted, with
 * limits on steps, depth and memory, so that no pattern costs more than some milliseconds on any
 * text. Pure. */
#pragma once

#include <stddef.h>

/* A pattern longer than this is a mistake, or somebody's programme. */
enum { PATTERN_BYTES = 2000 };

struct pattern;

enum { PATTERN_BAD = 2 };
struct pattern_error {
	char text[256]; /* for people; PCRE2's own */
	size_t offset;  /* bytes into the pattern */
};
/* 0 and *out (pattern_free), or PATTERN_BAD and *error. ^ and $ match at line ends too; options
 * stand in the pattern: (?i), (?x). */
int pattern_new(const char *text, struct pattern **out, struct pattern_error *error);
void pattern_free(struct pattern *pattern);

enum {
	PATTERN_NONE = 0,  /* no match */
	PATTERN_FOUND = 1, /* where: start and end, in bytes */
	PATTERN_LIMIT = 2, /* given up: pattern_why says at which limit */
};
struct pattern_place {
	size_t start;
	size_t end;
};
/* Any bytes: those that are no UTF-8 match nothing, not even a dot. */
int pattern_match(
	struct pattern *pattern, const char *bytes, size_t size, struct pattern_place *place);

/* Of the last PATTERN_LIMIT; a constant. */
const char *pattern_why(const struct pattern *pattern);

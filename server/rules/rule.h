/* A rule and what it is tried on. Pure: whoever reads the reports and keeps the matches is
 * elsewhere. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "rules/pattern.h"

enum rule_target {
	RULE_NONE,
	RULE_LINE,   /* each line of the report's text by itself */
	RULE_REPORT, /* the report's text as people read it */
	RULE_TITLE,  /* the title, then each alternative title */
};
/* "line", "report", "title"; RULE_NONE for any other. */
enum rule_target rule_target_parse(const char *name);

/* What a rule asks of an occurrence; scopes are NULL or 0 where any will do. */
struct rule_scope {
	const char *arch;
	const char *fs;
	int64_t tree_id;
};

/* An occurrence. Strings are borrowed; text may be NULL. */
struct rule_subject {
	const char *title;
	const char *alts; /* alternative titles, a line each; NULL: none */
	const char *text;
	const char *arch;
	const char *fs;
	int64_t tree_id;
};

/* What matched: borrowed from the subject. */
struct rule_found {
	const char *at;
	size_t size;
};

/* PATTERN_NONE (also where the scope does not hold), PATTERN_FOUND, or PATTERN_LIMIT: one line or
 * text at which the pattern gave up ends the trying. */
int rule_match(struct pattern *pattern, enum rule_target target, const struct rule_scope *scope,
	const struct rule_subject *subject, struct rule_found *found);

/* What a rule would match, before it is kept: reports are tried from the newest down until all are
 * done or the time is up. */
#pragma once

#include <jansson.h>

#include "rules/rule.h"

struct db;

/* A rule that is not kept. Strings are borrowed. */
struct rule_trial {
	struct pattern *pattern;
	enum rule_target target;
	struct rule_scope scope;
};

/* *out (json_decref): read, matches, is_complete, seconds, error (null, or why the pattern was
 * given up), occurrences (the newest 50), bugs (the most frequent first, at most 100). 0 or a
 * fault. */
int rule_preview(struct db *db, const struct rule_trial *trial, json_t **out);

/* A rule and what it is tried on. */
#include "rules/rule.h"

#include <stdbool.h>
#include <string.h>

enum rule_target rule_target_parse(const char *name)
{
	static const struct {
		const char *name;
		enum rule_target target;
	} targets[] = {{"line", RULE_LINE}, {"report", RULE_REPORT}, {"title", RULE_TITLE}};
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i].name, name) == 0) {
			return targets[i].target;
		}
	}
	return RULE_NONE;
}

static bool is_within(const struct rule_scope *scope, const struct rule_subject *subject)
{
	return (scope->arch == NULL || strcmp(scope->arch, subject->arch) == 0) &&
	       (scope->fs == NULL || strcmp(scope->fs, subject->fs) == 0) &&
	       (scope->tree_id == 0 || scope->tree_id == subject->tree_id);
}

static int text_match(
	struct pattern *pattern, const char *text, size_t size, struct rule_found *found)
{
	struct pattern_place place;
	const int outcome = pattern_match(pattern, text, size, &place);
	if (outcome == PATTERN_FOUND) {
		*found = (struct rule_found){text + place.start, place.end - place.start};
	}
	return outcome;
}

static int lines_match(struct pattern *pattern, const char *text, struct rule_found *found)
{
	int outcome = PATTERN_NONE;
	while (text != NULL && *text != '\0' && outcome == PATTERN_NONE) {
		const size_t size = strcspn(text, "\n");
		outcome = text_match(pattern, text, size, found);
		text += size + (text[size] == '\n');
	}
	return outcome;
}

int rule_match(struct pattern *pattern, enum rule_target target, const struct rule_scope *scope,
	const struct rule_subject *subject, struct rule_found *found)
{
	if (!is_within(scope, subject)) {
		return PATTERN_NONE;
	}
	int outcome = PATTERN_NONE;
	switch (target) {
	case RULE_NONE:
		break;
	case RULE_LINE:
		return lines_match(pattern, subject->text, found);
	case RULE_REPORT:
		return subject->text == NULL
			       ? PATTERN_NONE
			       : text_match(pattern, subject->text, strlen(subject->text), found);
	case RULE_TITLE:
		outcome = text_match(pattern, subject->title, strlen(subject->title), found);
		return outcome != PATTERN_NONE ? outcome
					       : lines_match(pattern, subject->alts, found);
	}
	return outcome;
}

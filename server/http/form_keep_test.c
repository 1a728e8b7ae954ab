/* What a form that was refused shows again. */
#include "http/form_keep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "shared/cleanup.h"

static const json_t *at(const json_t *object, const char *name)
{
	return json_object_get(object, name);
}

static void what_was_typed_and_chosen_is_there_again(void **state)
{
	(void)state;
	_json_ json_t *form = json_pack("{s:s, s:i, s:[s,s], s:s}", "commits", "merges", "hours",
		24, "kinds", "bug_new", "bug_fixed", "note", "why not");
	_json_ json_t *page = json_object();
	form_keep(page, form, NULL);
	const json_t *kept = at(page, "form");
	assert_string_equal(json_string_value(at(kept, "note")), "why not");
	assert_true(json_is_true(at(kept, "commits_merges")));
	assert_true(json_is_true(at(kept, "hours_24")));
	assert_true(json_is_true(at(kept, "kinds_bug_new")));
	assert_true(json_is_true(at(kept, "kinds_bug_fixed")));
	assert_null(at(kept, "kinds_bug_again"));
	assert_null(at(form, "commits_merges"));
	assert_null(at(page, "error"));
}

static bool is_marked(const json_t *page, const char *list, size_t i)
{
	return json_is_true(at(json_array_get(at(page, list), i), "is_chosen"));
}

/* Also what the page itself would choose. */
static void lists_are_chosen_from_as_before(void **state)
{
	(void)state;
	_json_ json_t *form = json_pack("{s:s, s:[s,s]}", "tree", "b", "profiles", "x", "z");
	_json_ json_t *page = json_pack(
		"{s:[{s:s,s:b},{s:s}], s:[{s:s},{s:s},{s:s}], s:{s:[{s:s}]}}", "tree_choices",
		"name", "a", "is_chosen", 1, "name", "b", "profiles_choices", "name", "x", "name",
		"y", "name", "z", "life", "tree_choices", "name", "b");
	form_keep(page, form, NULL);
	assert_false(is_marked(page, "tree_choices", 0));
	assert_true(is_marked(page, "tree_choices", 1));
	assert_true(is_marked(page, "profiles_choices", 0));
	assert_false(is_marked(page, "profiles_choices", 1));
	assert_true(is_marked(page, "profiles_choices", 2));
	assert_true(is_marked(at(page, "life"), "tree_choices", 0));
}

static void what_is_wrong_stands_beside_its_field(void **state)
{
	(void)state;
	static const struct {
		const char *error;
		const char *key;
		const char *says;
	} cases[] = {
		{"field 'repeats' must be 1", "wrong_repeats", "must be 1"},
		{"field 'tree': there is no tree 'x'", "wrong_tree", "there is no tree 'x'"},
		{"field 'patches[3]' is empty", "wrong_patches", "is empty"},
		{"field 'x", "wrong_x", NULL},
		{"the field 'x' is not there", "wrong_x", NULL},
		{"", "wrong_", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_json_ json_t *form = json_object();
		_json_ json_t *page = json_object();
		form_keep(page, form, cases[i].error);
		assert_string_equal(json_string_value(at(page, "error")), cases[i].error);
		const char *says = json_string_value(at(page, cases[i].key));
		assert_true((says == NULL) == (cases[i].says == NULL));
		if (says != NULL) {
			assert_string_equal(says, cases[i].says);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_typed_and_chosen_is_there_again),
		cmocka_unit_test(lists_are_chosen_from_as_before),
		cmocka_unit_test(what_is_wrong_stands_beside_its_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a page's form that was refused shows again. */
#include "http/form_keep.h"

#include <stdbool.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

void form_fill(json_t *form, const char *const *known)
{
	for (const char *const *name = known; *name != NULL; name++) {
		if (json_object_get(form, *name) == NULL) {
			json_object_set_new(form, *name, json_null());
		}
	}
}

static void flag_set(json_t *form, const char *field, const json_t *value)
{
	_free_ char *key =
		json_is_integer(value)
			? alloc_format("%s_%" JSON_INTEGER_FORMAT, field, json_integer_value(value))
		: json_is_string(value) ? alloc_format("%s_%s", field, json_string_value(value))
					: NULL;
	if (key != NULL) {
		json_object_set_new(form, key, json_true());
	}
}

/* The form with a flag for each choice. */
static json_t *with_flags(const json_t *form)
{
	json_t *kept = json_copy((json_t *)form);
	const char *field;
	json_t *value;
	json_object_foreach((json_t *)form, field, value)
	{
		size_t i;
		json_t *one;
		flag_set(kept, field, value);
		json_array_foreach(value, i, one)
		{
			flag_set(kept, field, one);
		}
	}
	return kept;
}

/* Is it the value, or one of several? */
static bool is_chosen(const json_t *value, const json_t *name)
{
	size_t i;
	json_t *one;
	json_array_foreach((json_t *)value, i, one)
	{
		if (json_equal(one, (json_t *)name)) {
			return true;
		}
	}
	return json_equal((json_t *)value, (json_t *)name);
}

static void choices_mark(json_t *list, const json_t *value)
{
	size_t i;
	json_t *choice;
	json_array_foreach(list, i, choice)
	{
		const json_t *name = json_object_get(choice, "name");
		json_object_set_new(choice, "is_chosen", json_boolean(is_chosen(value, name)));
	}
}

/* The lists stand in the page, or in a part of it that is shown by its own template. */
static void choices_keep(json_t *page, const char *field, const json_t *value)
{
	_free_ char *list = alloc_format("%s_choices", field);
	const char *part;
	json_t *inner;
	choices_mark(json_object_get(page, list), value);
	json_object_foreach(page, part, inner)
	{
		choices_mark(json_object_get(inner, list), value);
	}
}

/* "field 'repeats' must be …", "field 'tree': there is no …": what is said of which. */
static void wrong_set(json_t *page, const char *error)
{
	static const char start[] = "field '";
	const char *name = error + sizeof(start) - 1;
	if (strncmp(error, start, sizeof(start) - 1) != 0 || strchr(name, '\'') == NULL) {
		return;
	}
	const size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
	const char *says = strchr(name, '\'') + 1;
	_free_ char *key = alloc_format("wrong_%.*s", (int)size, name);
	json_object_set_new(page, key, json_string(says + strspn(says, ": ")));
}

void form_keep(json_t *page, const json_t *form, const char *error)
{
	const char *field;
	json_t *value;
	json_object_foreach((json_t *)form, field, value)
	{
		choices_keep(page, field, value);
	}
	json_object_set_new(page, "form", with_flags(form));
	if (error != NULL) {
		json_object_set_new(page, "error", json_string(error));
		wrong_set(page, error);
	}
}

/* One row for each type: how its text is read. */
#include "shared/argument.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

enum { ARGUMENT_NAME_MAX = 64, ARGUMENT_TEXT_MAX = 512, ARGUMENT_DIGITS_MAX = 18 };

#define ARGUMENT_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

struct argument_unit {
	const char *name;
	int64_t size;
};

static const struct argument_unit bytes_units[] = {
	{"", 1}, {"b", 1}, {"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {NULL, 0}};
static const struct argument_unit duration_units[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {NULL, 0}};
static const struct argument_unit no_units[] = {{"", 1}, {NULL, 0}};

static const struct argument_kind {
	const char *name;
	const struct argument_unit *units; /* NULL: no number */
	int64_t low, high;                 /* unless the manifest says otherwise */
	const char *unit;                  /* the program's, unless the manifest says otherwise */
	const char *words;                 /* for people who gave something else */
} kinds[] = {
	[ARGUMENT_BOOL] = {"bool", NULL, 0, 0, NULL, "true or false"},
	[ARGUMENT_BYTES] = {"bytes", bytes_units, 0, INT64_C(1) << 50, "b",
		"bytes, such as 4096, 64k, 100m or 2g"},
	[ARGUMENT_CHOICE] = {"choice", NULL, 0, 0, NULL, "one of its choices"},
	[ARGUMENT_DURATION] = {"duration", duration_units, 0, INT64_C(86400000), "s",
		"a duration, such as 500ms, 10s, 5m or 2h"},
	[ARGUMENT_INT] = {"int", no_units, INT32_MIN, INT32_MAX, "", "a whole number"},
	[ARGUMENT_TEXT] = {"text", NULL, 0, 0, NULL,
		"a word of letters, digits and = . _ : + - / % @"},
};

enum { ARGUMENT_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int __attribute__((format(printf, 2, 3)))
bad(char why[ARGUMENT_WHY_MAX], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(why, ARGUMENT_WHY_MAX, format, args);
	va_end(args);
	return ARGUMENT_BAD;
}

const char *argument_type_name(enum argument_type type)
{
	return kinds[type].name;
}

static int64_t unit_size(const struct argument_unit *units, const char *name)
{
	for (; units->name != NULL; units++) {
		if (strcmp(units->name, name) == 0) {
			return units->size;
		}
	}
	return 0;
}

/* Digits and a unit, as a number of the smallest unit. */
static int number_read(const struct argument_unit *units, const char *text, int64_t *out)
{
	const size_t digits = strspn(text + (text[0] == '-'), "0123456789") + (text[0] == '-');
	const int64_t size = unit_size(units, text + digits);
	char number[ARGUMENT_DIGITS_MAX + 1];
	if (digits > ARGUMENT_DIGITS_MAX || size == 0) {
		return ARGUMENT_BAD;
	}
	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	int64_t value = 0;
	return number_parse(number, INT64_MIN, INT64_MAX, &value) != 0 ||
			       __builtin_mul_overflow(value, size, out)
		       ? ARGUMENT_BAD
		       : 0;
}

/* A number as people write it: in the largest unit that holds it whole; the caller's. */
static char *number_text(const struct argument *a, int64_t value)
{
	const struct argument_unit *best = kinds[a->type].units;
	for (const struct argument_unit *u = best; u->name != NULL; u++) {
		if (value != 0 && value % u->size == 0 && u->size > best->size) {
			best = u;
		}
	}
	return alloc_format("%" PRId64 "%s", value / best->size, best->name);
}

static int number_value(
	const struct argument *a, const char *text, char **out, char why[ARGUMENT_WHY_MAX])
{
	const int64_t unit = unit_size(kinds[a->type].units, a->unit);
	int64_t value = 0;
	_free_ char *low = number_text(a, a->low);
	_free_ char *high = number_text(a, a->high);
	if (number_read(kinds[a->type].units, text, &value) != 0) {
		return bad(why, "argument '%s' takes %s, not '%.80s'", a->name,
			kinds[a->type].words, text);
	}
	if (value < a->low || value > a->high) {
		return bad(why, "argument '%s' takes %s from %s to %s, not '%.80s'", a->name,
			kinds[a->type].words, low, high, text);
	}
	if (value % unit != 0) {
		return bad(why, "argument '%s' takes whole numbers of %s%s, not '%.80s'", a->name,
			a->type == ARGUMENT_BYTES ? "1" : "", a->unit, text);
	}
	*out = alloc_format("%" PRId64, value / unit);
	return 0;
}

static bool is_choice(const struct argument *a, const char *text)
{
	size_t i;
	json_t *choice;
	json_array_foreach((json_t *)a->choices, i, choice)
	{
		if (strcmp(json_string_value(choice), text) == 0) {
			return true;
		}
	}
	return false;
}

/* A word that goes unchanged through a kernel's command line, where commas part arguments. */
static bool is_word(const char *text)
{
	const size_t n = strnlen(text, ARGUMENT_TEXT_MAX + 1);
	return n > 0 && n <= ARGUMENT_TEXT_MAX && strspn(text, ARGUMENT_LETTERS "=._:+-/%@") == n;
}

/* The choices, comma separated; the caller's. */
static char *choices_text(const struct argument *a)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	size_t i;
	json_t *choice;
	json_array_foreach((json_t *)a->choices, i, choice)
	{
		fprintf(out, "%s%s", i > 0 ? ", " : "", json_string_value(choice));
	}
	fclose(out);
	return text;
}

int argument_value(
	const struct argument *a, const char *text, char **out, char why[ARGUMENT_WHY_MAX])
{
	if (kinds[a->type].units != NULL) {
		return number_value(a, text, out, why);
	}
	if (a->type == ARGUMENT_CHOICE && !is_choice(a, text)) {
		_free_ char *choices = choices_text(a);
		return bad(why, "argument '%s' takes one of %.200s, not '%.80s'", a->name, choices,
			text);
	}
	const bool is_truth = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	if ((a->type == ARGUMENT_BOOL && !is_truth) ||
		(a->type == ARGUMENT_TEXT && !is_word(text))) {
		return bad(why, "argument '%s' takes %s, not '%.80s'", a->name,
			kinds[a->type].words, text);
	}
	*out = alloc_copy(text);
	return 0;
}

/* --- reading a manifest's argument --------------------------------------------------------------
 */

static int read_type(struct argument *a, const char *type, char why[ARGUMENT_WHY_MAX])
{
	for (size_t i = 0; i < ARGUMENT_KINDS; i++) {
		if (strcmp(kinds[i].name, type) == 0) {
			a->type = (enum argument_type)i;
			a->low = kinds[i].low;
			a->high = kinds[i].high;
			a->unit = a->unit != NULL ? a->unit : kinds[i].unit;
			return 0;
		}
	}
	return bad(why,
		"argument '%s' has the type '%s'; there are bool, bytes, choice, duration, int, "
		"text",
		a->name, type);
}

/* A limit or default as people may write it in JSON: a number, a truth or a text; the caller's. */
static char *json_words(const json_t *value)
{
	return json_is_string(value) ? alloc_copy(json_string_value(value))
	       : json_is_integer(value)
		       ? alloc_format("%" JSON_INTEGER_FORMAT, json_integer_value(value))
	       : json_is_boolean(value) ? alloc_copy(json_is_true(value) ? "true" : "false")
					: alloc_copy("");
}

static int read_limit(const struct argument *a, const json_t *json, const char *name, int64_t *out,
	char why[ARGUMENT_WHY_MAX])
{
	const json_t *value = json_object_get(json, name);
	if (value == NULL) {
		return 0;
	}
	_free_ char *text = json_words(value);
	if (kinds[a->type].units == NULL) {
		return bad(why, "argument '%s' is a %s and has no \"%s\"", a->name,
			kinds[a->type].name, name);
	}
	if (number_read(kinds[a->type].units, text, out) != 0) {
		return bad(why, "argument '%s': \"%s\" is not %s", a->name, name,
			kinds[a->type].words);
	}
	return 0;
}

static int read_choices(const struct argument *a, char why[ARGUMENT_WHY_MAX])
{
	if ((a->choices != NULL) != (a->type == ARGUMENT_CHOICE)) {
		return bad(why,
			"argument '%s': \"choices\" goes with the type choice, and it needs them",
			a->name);
	}
	size_t i;
	json_t *choice;
	json_array_foreach((json_t *)a->choices, i, choice)
	{
		if (!json_is_string(choice) || !is_word(json_string_value(choice))) {
			return bad(why,
				"argument '%s': choice %zu is no text without spaces and commas",
				a->name, i + 1);
		}
	}
	return 0;
}

static int read_default(struct argument *a, const json_t *json, char why[ARGUMENT_WHY_MAX])
{
	const json_t *value = json_object_get(json, "default");
	if (value == NULL || json_is_null(value)) {
		return 0;
	}
	_free_ char *text = json_words(value);
	_free_ char *given = NULL;
	char problem[ARGUMENT_WHY_MAX];
	if (argument_value(a, text, &given, problem) != 0) {
		return bad(why, "the default does not fit: %.400s", problem);
	}
	a->fallback = value;
	return 0;
}

static bool is_name(const char *name)
{
	const size_t n = strlen(name);
	return n > 0 && n <= ARGUMENT_NAME_MAX && strspn(name, ARGUMENT_LETTERS "_-") == n;
}

int argument_read(const json_t *json, struct argument *a, char why[ARGUMENT_WHY_MAX])
{
	*a = (struct argument){.help = ""};
	const char *type = NULL;
	const json_t *fallback = NULL, *low = NULL, *high = NULL;
	json_error_t error;
	if (json_unpack_ex((json_t *)json, &error, JSON_STRICT,
		    "{s:s, s:s, s:s, s?s, s?s, s?o, s?o, s?o, s?o}", "name", &a->name, "flag",
		    &a->flag, "type", &type, "help", &a->help, "unit", &a->unit, "choices",
		    &a->choices, "default", &fallback, "min", &low, "max", &high) < 0) {
		return bad(why, "argument '%s': %s", a->name != NULL ? a->name : "?", error.text);
	}
	if (!is_name(a->name) || (a->flag[0] != '\0' && !is_word(a->flag))) {
		return bad(why,
			"argument '%.80s': name and flag are words of letters, digits, _ and -",
			a->name);
	}
	int r = read_type(a, type, why);
	r = r != 0 ? r : read_limit(a, json, "min", &a->low, why);
	r = r != 0 ? r : read_limit(a, json, "max", &a->high, why);
	if (r == 0 && a->unit != NULL &&
		(kinds[a->type].units == NULL || unit_size(kinds[a->type].units, a->unit) == 0)) {
		return bad(
			why, "argument '%s': no unit '%s' for the type %s", a->name, a->unit, type);
	}
	if (r == 0 && a->low > a->high) {
		return bad(why, "argument '%s': \"min\" is above \"max\"", a->name);
	}
	r = r != 0 ? r : read_choices(a, why);
	return r != 0 ? r : read_default(a, json, why);
}

char *argument_describe(const struct argument *a)
{
	const struct argument_kind *kind = &kinds[a->type];
	_free_ char *fallback = a->fallback != NULL ? json_words(a->fallback) : alloc_copy("");
	const char *comma = a->fallback != NULL ? ", " : "";
	if (a->type == ARGUMENT_CHOICE) {
		_free_ char *choices = choices_text(a);
		return alloc_format("%s%s%s (%s)", kind->name, comma, fallback, choices);
	}
	if (kind->units != NULL && (a->low != kind->low || a->high != kind->high)) {
		_free_ char *low = number_text(a, a->low);
		_free_ char *high = number_text(a, a->high);
		return alloc_format("%s%s%s (%s to %s)", kind->name, comma, fallback, low, high);
	}
	return alloc_format("%s%s%s", kind->name, comma, fallback);
}

/* --- a list of arguments ------------------------------------------------------------------------
 */

/* What is chosen for argument `name`, or NULL; the last one counts. */
static const char *chosen_text(const json_t *chosen, const char *name)
{
	const size_t length = strlen(name);
	const char *found = NULL;
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)chosen, i, item)
	{
		const char *text = json_string_value(item);
		if (text != NULL && strncmp(text, name, length) == 0 && text[length] == '=') {
			found = text + length + 1;
		}
	}
	return found;
}

/* Each "name=value" names an argument that there is: a mistake must not pass as a default. */
static int chosen_check(const json_t *arguments, const json_t *chosen, char why[ARGUMENT_WHY_MAX])
{
	size_t i, k;
	json_t *item, *argument;
	json_array_foreach((json_t *)chosen, i, item)
	{
		const char *text = json_string_value(item);
		const size_t length = text != NULL ? strcspn(text, "=") : 0;
		bool is_known = false;
		json_array_foreach((json_t *)arguments, k, argument)
		{
			const char *name = json_string_value(json_object_get(argument, "name"));
			is_known |= name != NULL && text != NULL && strlen(name) == length &&
				    strncmp(name, text, length) == 0;
		}
		if (!is_known || text[length] != '=') {
			return bad(why, "there is no argument '%.80s'", text != NULL ? text : "?");
		}
	}
	return 0;
}

/* One argument's words, each behind a comma but the first. */
static int argument_put(
	const struct argument *a, const char *given, FILE *out, char why[ARGUMENT_WHY_MAX])
{
	_free_ char *text = given != NULL         ? alloc_copy(given)
			    : a->fallback != NULL ? json_words(a->fallback)
						  : NULL;
	_free_ char *value = NULL;
	const int r = text != NULL ? argument_value(a, text, &value, why) : 0;
	const bool is_switch = a->type == ARGUMENT_BOOL;
	if (r != 0 || value == NULL || (is_switch && strcmp(value, "true") != 0)) {
		return r;
	}
	const char *comma = ftell(out) > 0 ? "," : "";
	const size_t n = strlen(a->flag);
	const bool is_joined = n == 0 || a->flag[n - 1] == '=';
	fprintf(out, "%s%s", comma, a->flag);
	if (!is_switch) {
		fprintf(out, "%s%s", is_joined ? "" : ",", value);
	}
	return 0;
}

int arguments_make(
	const json_t *arguments, const json_t *chosen, char **out, char why[ARGUMENT_WHY_MAX])
{
	char *text = NULL;
	size_t size = 0;
	size_t i;
	json_t *argument;
	int r = chosen_check(arguments, chosen, why);
	FILE *words = open_memstream(&text, &size);
	json_array_foreach((json_t *)arguments, i, argument)
	{
		struct argument a;
		r = r != 0 ? r : argument_read(argument, &a, why);
		r = r != 0 ? r : argument_put(&a, chosen_text(chosen, a.name), words, why);
	}
	fclose(words);
	if (r != 0) {
		free(text);
		return r;
	}
	*out = text;
	return 0;
}

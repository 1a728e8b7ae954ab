/* The first line is a page's data, the rest a template: no value brings markup into the page, and a
 * template that passes the check fills. */
#include "http/template.h"

#include <jansson.h>

#include "shared/cleanup.h"
#include "shared/fuzz.h"

static const char *under_test;

static const char *find(const char *name)
{
	static const char page[] = "<p title=\"{{a}}\">{{b}}</p>\n{{#list}}{{.}}{{a}}{{/list}}\n"
				   "{{^list}}{{b}}{{/list}}{{>part}}";
	static const char part[] = "{{#object}}{{a}}{{list}}{{/object}}";
	if (strcmp(name, "page") == 0) {
		return page;
	}
	return strcmp(name, "part") == 0 ? part : strcmp(name, "fuzzed") == 0 ? under_test : NULL;
}

static size_t count(const char *text, char wanted)
{
	size_t n = 0;
	for (; *text != '\0'; text++) {
		n += *text == wanted;
	}
	return n;
}

/* The page of our own has two tags and two quotes whatever the data hold. */
static void check_values(const json_t *data)
{
	_free_ char *out = NULL;
	size_t size = 0;
	fuzz_must(template_fill(find, "page", data, &out, &size) == 0, "data always fill");
	fuzz_must(strlen(out) == size, "a page holds no zero byte");
	fuzz_must(count(out, '<') == 2 && count(out, '>') == 2, "no value brings markup");
	fuzz_must(count(out, '"') == 2, "no value ends an attribute");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *text = fuzz_text(bytes, size);
	char *newline = strchr(text, '\n');
	under_test = newline == NULL ? "" : newline + 1;
	if (newline != NULL) {
		*newline = '\0';
	}
	fuzz_hush();
	_json_ json_t *data = json_loads(text, 0, NULL);
	check_values(data);
	_free_ char *out = NULL;
	const int checked = template_check(find, "fuzzed");
	const int filled = template_fill(find, "fuzzed", data, &out, &size);
	fuzz_must(checked != 0 || filled == 0, "a template that passes the check fills");
	return 0;
}

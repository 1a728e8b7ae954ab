/* The filler against cases of the public Mustache specification, as far as it goes, and our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/template.h"
#include "shared/cleanup.h"
#include "shared/log.h"

static const char *text_under_test;

static const char *find(const char *name)
{
	static const struct {
		const char *name;
		const char *text;
	} partials[] = {
		{"text", "from partial"},
		{"named", "*{{text}}*"},
		{"node", "{{content}}<{{#nodes}}{{>node}}{{/nodes}}>"},
		{"endless", "{{>endless}}"},
		{"broken", "{{#a}}"},
		{"line", "*\n"},
	};
	if (strcmp(name, "main") == 0) {
		return text_under_test;
	}
	for (size_t i = 0; i < sizeof(partials) / sizeof(partials[0]); i++) {
		if (strcmp(partials[i].name, name) == 0) {
			return partials[i].text;
		}
	}
	return NULL;
}

struct sample {
	const char *text;
	const char *data;
	const char *wanted;
};

static const struct sample samples[] = {
	/* interpolation */
	{"Hello from {Mustache}!\n", "{}", "Hello from {Mustache}!\n"},
	{"Hello, {{subject}}!\n", "{\"subject\":\"world\"}", "Hello, world!\n"},
	{"{{forbidden}}", "{\"forbidden\":\"& \\\" < > '\"}", "&amp; &quot; &lt; &gt; &#39;"},
	{"{{words}}", "{\"words\":\"a\\u0001\\u001bb\\tc\\r\\n\\uffff\\ufffe\\uff5e\"}",
		"a\xef\xbf\xbd\xef\xbf\xbd"
		"b\tc\r\n\xef\xbf\xbd\xef\xbf\xbd\xef\xbd\x9e"},
	{"{{mph}} miles", "{\"mph\":85}", "85 miles"},
	{"{{power}} jiggawatts", "{\"power\":1.21}", "1.21 jiggawatts"},
	{"I ({{cannot}}) be seen", "{}", "I () be seen"},
	{"I ({{cannot}}) be seen", "{\"cannot\":null}", "I () be seen"},
	{"| {{string}} |", "{\"string\":\"---\"}", "| --- |"},
	{"|{{ string }}|", "{\"string\":\"---\"}", "|---|"},
	/* sections */
	{"{{#b}}shown{{/b}}", "{\"b\":true}", "shown"},
	{"{{#b}}shown{{/b}}", "{\"b\":false}", ""},
	{"{{#b}}shown{{/b}}", "{\"b\":null}", ""},
	{"{{#b}}shown{{/b}}", "{\"b\":\"\"}", ""},
	{"{{#b}}shown{{/b}}", "{\"b\":0}", "shown"},
	{"{{#c}}Hi {{name}}.{{/c}}", "{\"c\":{\"name\":\"Joe\"}}", "Hi Joe."},
	{"{{#list}}{{item}}{{/list}}", "{\"list\":[{\"item\":1},{\"item\":2}]}", "12"},
	{"{{#list}}Yay{{/list}}", "{\"list\":[]}", ""},
	{"{{#list}}({{.}}){{/list}}", "{\"list\":[1,\"b\",2.5]}", "(1)(b)(2.5)"},
	{"{{#a}}{{one}}{{#b}}{{one}}{{two}}{{/b}}{{/a}}", "{\"a\":{\"one\":1},\"b\":{\"two\":2}}",
		"112"},
	{"{{#a}}({{x}}){{/a}}", "{\"x\":1,\"a\":{\"x\":null}}", "()"},
	{"| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |", "{\"bool\":true}", "| A B C D E |"},
	{"| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", "{\"boolean\":true}",
		"| This Is\n|\n| A Line\n"},
	{"| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line\n", "{\"boolean\":true}",
		"| This Is\n|\n| A Line\n"},
	{"  {{#boolean}}\n#{{/boolean}}\n/", "{\"boolean\":true}", "#\n/"},
	{"#{{#boolean}}\n/\n  {{/boolean}}", "{\"boolean\":true}", "#\n/\n"},
	{" | {{#boolean}} {{! Important }}\n {{/boolean}} | \n", "{\"boolean\":true}",
		" |  \n  | \n"},
	/* inverted */
	{"{{^b}}hidden{{/b}}", "{\"b\":true}", ""},
	{"{{^b}}shown{{/b}}", "{\"b\":false}", "shown"},
	{"{{^b}}shown{{/b}}", "{}", "shown"},
	{"{{^list}}none{{/list}}", "{\"list\":[]}", "none"},
	{"{{^list}}none{{/list}}", "{\"list\":[1]}", ""},
	/* comments */
	{"12345{{! Comment }}67890", "{}", "1234567890"},
	{"12345{{!\n  many\n  lines\n}}67890\n", "{}", "1234567890\n"},
	{"Begin.\n{{! alone }}\nEnd.\n", "{}", "Begin.\nEnd.\n"},
	{"Begin.\n  {{! alone }}\nEnd.\n", "{}", "Begin.\nEnd.\n"},
	{"  12 {{! 34 }}\n", "{}", "  12 \n"},
	/* partials */
	{"\"{{>text}}\"", "{}", "\"from partial\""},
	{"\"{{> named }}\"", "{\"text\":\"content\"}", "\"*content*\""},
	{"{{>node}}", "{\"content\":\"X\",\"nodes\":[{\"content\":\"Y\",\"nodes\":[]}]}", "X<Y<>>"},
	{"a\n{{>line}}\nb\n", "{}", "a\n*\nb\n"},
};

static void samples_are_filled_as_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		text_under_test = samples[i].text;
		_json_ json_t *data = json_loads(samples[i].data, 0, NULL);
		assert_non_null(data);
		_free_ char *out = NULL;
		size_t size = 0;
		assert_int_equal(template_fill(find, "main", data, &out, &size), 0);
		assert_string_equal(out, samples[i].wanted);
		assert_int_equal(size, strlen(samples[i].wanted));
	}
}

static const char *const broken[] = {"{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{a", "{{}}", "{{{a}}}",
	"{{&a}}", "{{>nothing}}", "{{>broken}}", "{{#x}}{{>nothing}}{{/x}}"};

static void broken_templates_are_told_by_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		text_under_test = broken[i];
		assert_true(template_check(find, "main") < 0);
	}
}

static void partials_without_end_are_a_fault(void **state)
{
	(void)state;
	text_under_test = "{{>endless}}";
	_json_ json_t *data = json_object();
	_free_ char *out = NULL;
	size_t size = 0;
	assert_true(template_fill(find, "main", data, &out, &size) < 0);
	assert_null(out);
}

static void every_value_is_escaped_at_every_depth(void **state)
{
	(void)state;
	text_under_test = "{{#a}}{{#b}}{{.}}{{/b}}{{/a}}";
	_json_ json_t *data = json_loads("{\"a\":[{\"b\":[\"<script>\"]}]}", 0, NULL);
	_free_ char *out = NULL;
	size_t size = 0;
	assert_int_equal(template_fill(find, "main", data, &out, &size), 0);
	assert_string_equal(out, "&lt;script&gt;");
}

int main(void)
{
	log_init((enum log_level)0); /* the faults are wanted */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_filled_as_listed),
		cmocka_unit_test(broken_templates_are_told_by_check),
		cmocka_unit_test(partials_without_end_are_a_fault),
		cmocka_unit_test(every_value_is_escaped_at_every_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Typed arguments: what fits, what is refused in which words, and the program's words. */
#include "shared/argument.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* One argument with this value gives these words, or, with NULL, a refusal that holds `said`. */
static void check(const char *argument, const char *chosen, const char *expected, const char *said)
{
	json_t *arguments = json_pack("[o]", json_loads(argument, 0, NULL));
	json_t *list = chosen != NULL ? json_pack("[s]", chosen) : json_array();
	char *words = NULL;
	char why[ARGUMENT_WHY_MAX] = "";
	assert_non_null(arguments);
	const int r = arguments_make(arguments, list, &words, why);
	if (expected == NULL) {
		assert_int_equal(r, ARGUMENT_BAD);
		assert_non_null(strstr(why, said));
	} else {
		assert_string_equal(why, "");
		assert_string_equal(words, expected);
	}
	free(words);
	json_decref(list);
	json_decref(arguments);
}

#define INT "{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"int\",\"default\":2,\"min\":0,\"max\":64}"
#define BYTES "{\"name\":\"hog\",\"flag\":\"-h\",\"type\":\"bytes\",\"unit\":\"m\",\"max\":\"1g\"}"
#define TIME                                                                                       \
	"{\"name\":\"pause\",\"flag\":\"-p\",\"type\":\"duration\",\"unit\":\"ms\",\"default\":"   \
	"\"1s\"}"
#define CHOICE                                                                                     \
	"{\"name\":\"how\",\"flag\":\"--how=\",\"type\":\"choice\",\"choices\":[\"one\",\"two\"]," \
	"\"default\":\"one\"}"
#define BOOL "{\"name\":\"loud\",\"flag\":\"-l\",\"type\":\"bool\",\"default\":false}"
#define TEXT "{\"name\":\"what\",\"flag\":\"\",\"type\":\"text\"}"

static void each_type_takes_what_fits_it(void **state)
{
	(void)state;
	check(INT, NULL, "-n,2", NULL);
	check(INT, "n=64", "-n,64", NULL);
	check(BYTES, NULL, "", NULL);
	check(BYTES, "hog=512m", "-h,512", NULL);
	check(BYTES, "hog=1g", "-h,1024", NULL);
	check(BYTES, "hog=0", "-h,0", NULL);
	check(TIME, NULL, "-p,1000", NULL);
	check(TIME, "pause=20ms", "-p,20", NULL);
	check(TIME, "pause=2m", "-p,120000", NULL);
	check(CHOICE, NULL, "--how=one", NULL);
	check(CHOICE, "how=two", "--how=two", NULL);
	check(BOOL, NULL, "", NULL);
	check(BOOL, "loud=true", "-l", NULL);
	check(TEXT, "what=lib/a.c", "lib/a.c", NULL);
}

static void each_type_refuses_what_does_not_and_says_what_would(void **state)
{
	(void)state;
	check(INT, "n=x", NULL, "'n' takes a whole number, not 'x'");
	check(INT, "n=65", NULL, "from 0 to 64, not '65'");
	check(INT, "n=-1", NULL, "from 0 to 64");
	check(INT, "n=99999999999999999999", NULL, "a whole number");
	check(BYTES, "hog=2g", NULL, "from 0 to 1g, not '2g'");
	check(BYTES, "hog=1k", NULL, "whole numbers of 1m");
	check(BYTES, "hog=99999999999999999g", NULL, "64k");
	check(BYTES, "hog=5x", NULL, "64k");
	check(TIME, "pause=5", NULL, "500ms");
	check(CHOICE, "how=three", NULL, "one of one, two, not 'three'");
	check(BOOL, "loud=yes", NULL, "true or false");
	check(TEXT, "what=a b", NULL, "a word");
	check(TEXT, "what=a,-x", NULL, "a word");
	check(TEXT, "what=", NULL, "a word");
	check(INT, "m=1", NULL, "no argument 'm=1'");
	check(INT, "n", NULL, "no argument 'n'");
	check(INT, "=1", NULL, "no argument '=1'");
}

static void a_manifest_that_contradicts_itself_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *argument, *said;
	} rows[] = {
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"number\"}", "type 'number'"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"int\",\"defualt\":1}", "defualt"},
		{"{\"name\":\"n\",\"type\":\"int\"}", "flag"},
		{"{\"name\":\"a b\",\"flag\":\"-n\",\"type\":\"int\"}", "words of letters"},
		{"{\"name\":\"n\",\"flag\":\"-n,-x\",\"type\":\"int\"}", "words of letters"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"int\",\"min\":3,\"max\":2}", "above"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"int\",\"max\":2,\"default\":3}",
			"does not fit"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"text\",\"max\":2}", "has no \"max\""},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"bytes\",\"max\":\"2x\"}",
			"\"max\" is not"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"bytes\",\"unit\":\"s\"}",
			"no unit 's'"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"choice\"}", "choices"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"int\",\"choices\":[\"a\"]}",
			"choices"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"choice\",\"choices\":[3]}",
			"choice 1"},
		{"{\"name\":\"n\",\"flag\":\"-n\",\"type\":\"choice\",\"choices\":[\"a\"],"
		 "\"default\":\"b\"}",
			"does not fit"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check(rows[i].argument, NULL, NULL, rows[i].said);
	}
}

static void an_argument_is_described_for_people(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{INT, "int, 2 (0 to 64)"}, {BYTES, "bytes (0 to 1g)"},
		{TIME, "duration, 1s"}, {CHOICE, "choice, one (one, two)"}, {BOOL, "bool, false"},
		{TEXT, "text"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *json = json_loads(rows[i][0], 0, NULL);
		struct argument argument;
		char why[ARGUMENT_WHY_MAX];
		assert_int_equal(argument_read(json, &argument, why), 0);
		char *text = argument_describe(&argument);
		assert_string_equal(text, rows[i][1]);
		free(text);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_takes_what_fits_it),
		cmocka_unit_test(each_type_refuses_what_does_not_and_says_what_would),
		cmocka_unit_test(a_manifest_that_contradicts_itself_is_refused),
		cmocka_unit_test(an_argument_is_described_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

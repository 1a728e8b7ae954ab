/* Mails' words: the kernel's conventions, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "alert/mail.h"
#include "alert/text.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

static const char bug[] = "[{'kind':'bug_new','title':'kernel BUG in "
			  "f','url':'https://x/alerts/1','bug':{'url':'https://x/bugs/7'},"
			  "'places':[{'tree':'t','profile':'p'}],'report':{'commit':'"
			  "0123456789abcdef','subject':'mm: do it',"
			  "'last_good':{'commit':'fedcba9876543210','subject':'mm: "
			  "before'},'block_size':1024,'page_size':4096,"
			  "'text':'kernel BUG at mm/f.c:1!\\n a line\\n'}}]";

static json_t *alerts(const char *text)
{
	_free_ char *json = alloc_copy(text);
	for (char *c = json; *c != '\0'; c++) {
		*c = *c == '\'' ? '"' : *c;
	}
	return json_loads(json, 0, NULL);
}

static char *told(const char *json, const struct text_about *about, char **subject)
{
	_json_ json_t *list = alerts(json);
	assert_non_null(list);
	char *text = NULL;
	text_mail(list, about, subject, &text);
	return text;
}

static void closes_follows_reported_by_at_once(void **state)
{
	(void)state;
	const struct text_about about = {.mail_from = "a@b.c", .message_id = "1@b.c"};
	_free_ char *subject = NULL;
	_free_ char *text = told(bug, &about, &subject);
	assert_string_equal(subject, "[faultline] kernel BUG in f");
	assert_non_null(strstr(text, "Reported-by: Faultline <a@b.c>\nCloses: https://x/bugs/7\n"));
	assert_non_null(strstr(text, "HEAD commit:  0123456789ab (\"mm: do it\")\n"));
	assert_non_null(strstr(text, "\nkernel BUG at mm/f.c:1!\n a line\n"));
	assert_null(strstr(text, "#regzbot"));
}

static void a_public_list_gets_its_own_archive_and_regzbots_lines(void **state)
{
	(void)state;
	const struct text_about about = {.mail_from = "a@b.c",
		.message_id = "1@b.c",
		.root_subject = "[faultline] first",
		.is_public = true,
		.has_regzbot = true};
	_free_ char *subject = NULL;
	_free_ char *text = told(bug, &about, &subject);
	assert_string_equal(subject, "Re: [faultline] first");
	assert_non_null(strstr(text, "Closes: https://lore.kernel.org/r/1@b.c/\n"));
	assert_non_null(strstr(text, "#regzbot introduced: fedcba987654..0123456789ab\n"));
}

static void a_commit_that_was_found_is_told_in_the_searchs_own_words(void **state)
{
	(void)state;
	static const char found[] =
		"[{'kind':'commit_found','title':'0123 brought f','url':'https://x/alerts/1',"
		"'search':{'opening':'One holds 99.2 % of the belief:','text':'  f\\n\\nFixes: "
		"0123456789ab (\\\"mm: do it\\\")\\n','regzbot':'#regzbot introduced: "
		"0123456789ab'}}]";
	const struct text_about about = {.mail_from = "a@b.c",
		.message_id = "1@b.c",
		.root_subject = "[faultline] f",
		.has_regzbot = true};
	_free_ char *subject = NULL;
	_free_ char *text = told(found, &about, &subject);
	assert_string_equal(subject, "Re: [faultline] f");
	assert_non_null(strstr(text, "One holds 99.2 % of the belief:\n\n  f\n\nFixes: "
				     "0123456789ab (\"mm: do it\")\n\n#regzbot introduced: "
				     "0123456789ab\n\n-- \n"));
}

static void breaks_and_warnings_have_words_of_their_own(void **state)
{
	(void)state;
	const struct text_about about = {.mail_from = "a@b.c", .message_id = "1@b.c"};
	_free_ char *subject = NULL;
	_free_ char *text = told("[{'kind':'bug_new','title':'build warning: mm/f.c: unused','bug':"
				 "{'what':'warning','url':'https://x/bugs/8'},'report':{}}]",
		&about, &subject);
	assert_non_null(strstr(text, "A compiler warns of what it did not warn of before:\n"));
	_free_ char *second = NULL;
	_free_ char *gone = told("[{'kind':'bug_fixed','title':'build error: mm/f.c: gone is "
				 "gone','gone':{'builds':3,'tried_text':'3'}}]",
		&about, &second);
	assert_non_null(strstr(gone, "3 attempts would have shown it"));
	assert_null(strstr(gone, "migrations"));
}

static void a_run_that_ended_is_told_with_its_numbers(void **state)
{
	(void)state;
	static const char run[] =
		"[{'kind':'run_ended','title':'1 of 3 crashed or hung: try "
		"it','url':'https://x/runs/4','run':{'profiles':[{'profile':'p','jobs':3,'clean':2,"
		"'bad':1,'other':0,'exposure':700}],'compare':[{'profile':'p','base':{'clean':5,"
		"'bad':0,'exposure':900},'with':null}]},'bugs':[{'title':'kernel BUG in f',"
		"'url':'https://x/bugs/7','attempts':1}]}]";
	const struct text_about about = {.mail_from = "a@b.c", .message_id = "1@b.c"};
	_free_ char *subject = NULL;
	_free_ char *text = told(run, &about, &subject);
	assert_string_equal(subject, "[faultline] 1 of 3 crashed or hung: try it");
	assert_non_null(strstr(text, "https://x/runs/4\n"));
	assert_non_null(strstr(text, "  p: 3 jobs, 2 clean, 1 crashed or hung, 0 other ends; 700 "
				     "migrations\n    tried\n"));
	assert_non_null(
		strstr(text, "base          5 clean, 0 crashed or hung, 900 migrations tried\n"));
	assert_non_null(strstr(text, "kernel BUG in f, in 1 attempts\n  https://x/bugs/7\n"));
}

static void prose_is_72_columns_wide_at_most(void **state)
{
	(void)state;
	const struct text_about about = {
		.mail_from = "a@b.c", .message_id = "1@b.c", .is_digest = true};
	_free_ char *subject = NULL;
	_free_ char *text =
		told("[{'kind':'machine_lost','title':'machine m is silent',"
		     "'machine':{'name':'a-machine-with-a-rather-long-name.lab.example.org',"
		     "'seen_at':'2026-01-01T00:00:00Z','url':'https://x/machines/m'}}]",
			&about, &subject);
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
		assert_true(strcspn(line, "\n") <= 72);
	}
	assert_string_equal(subject, "[faultline] 1 alerts, the first: machine m is silent");
}

static void headers_are_one_line_of_ascii_each(void **state)
{
	(void)state;
	const struct alert_config config = {.mail_server = "", .mail_from = "a@b.c"};
	const struct message message = {.target = "d@e.f",
		.subject = "größe\r\nBcc: x@y.z",
		.content = "text\r.\r\n.\n\033[2J\tend\177\n",
		.message_id = "1@b.c",
		.in_reply_to = "0@b.c"};
	_free_ char *mail = mail_text(&config, &message);
	assert_null(strstr(mail, "\nBcc:"));
	assert_non_null(strstr(mail, "\r\nSubject: =?UTF-8?B?Z3LDtsOfZSAgQmNjOiB4QHkueg==?=\r\n"));
	assert_non_null(strstr(mail, "\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n"));
	assert_non_null(strstr(mail, "\r\nReferences: <0@b.c>\r\n"));
	assert_non_null(strstr(mail, "\r\n\r\ntext.\r\n.\r\n[2J\tend\r\n"));
}

/* Rows too: of what moved, and of what a run gave. */
static void rows_are_72_columns_wide_at_most(void **state)
{
	(void)state;
	const struct text_about about = {.mail_from = "a@b.c"};
	_free_ char *subject = NULL;
	_free_ char *moved =
		told("[{'kind':'change_confirmed','title':'t','url':'https://x/1',"
		     "'changes':[{'kind':'level','profile':'ppc64le-xfs1k-reader-emulated',"
		     "'metric_title':'Failed migrations per second','before_text':'1,000',"
		     "'after_text':'9,000','unit':'pages/s','url':'https://x/2'}]}]",
			&about, &subject);
	assert_non_null(strstr(moved, "\n  ppc64le-xfs1k-reader-emulated, Failed migrations per "
				      "second: 1,000 ->\n    9,000 pages/s\n    https://x/2\n"));
	free(subject);
	_free_ char *run = told("[{'kind':'run_ended','title':'t','url':'https://x/1','run':{"
				"'profiles':[{'profile':'x86_64-xfs1k-reader','jobs':12,'clean':11,"
				"'bad':1,'other':0,'exposure':123456789}]}}]",
		&about, &subject);
	assert_non_null(
		strstr(run, "\n  x86_64-xfs1k-reader: 12 jobs, 11 clean, 1 crashed or hung, "
			    "0 other\n    ends; 123456789 migrations tried\n"));
}

static void a_drift_is_told_from_end_to_end(void **state)
{
	(void)state;
	const struct text_about about = {.mail_from = "a@b.c", .has_regzbot = true};
	_free_ char *subject = NULL;
	_free_ char *text =
		told("[{'kind':'change_confirmed','title':'x drifts','url':'https://x/1',"
		     "'changes':[{'kind':'slope','profile':'p','metric_title':'m',"
		     "'before_text':'1','after_text':'9','unit':'u','url':'https://x/2',"
		     "'last_good':'0123456789abcdef','last_good_subject':'first',"
		     "'first_bad':'fedcba9876543210','first_bad_subject':'last'}]}]",
			&about, &subject);
	assert_non_null(strstr(text, "drifts over a stretch of commits"));
	assert_non_null(strstr(text, "  p, m: 1 -> 9 u\n"));
	assert_non_null(strstr(text, "from:         0123456789ab (\"first\")\n"
				     "to:           fedcba987654 (\"last\")\n"));
	assert_null(strstr(text, "#regzbot"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drift_is_told_from_end_to_end),
		cmocka_unit_test(rows_are_72_columns_wide_at_most),
		cmocka_unit_test(a_commit_that_was_found_is_told_in_the_searchs_own_words),
		cmocka_unit_test(a_run_that_ended_is_told_with_its_numbers),
		cmocka_unit_test(a_public_list_gets_its_own_archive_and_regzbots_lines),
		cmocka_unit_test(breaks_and_warnings_have_words_of_their_own),
		cmocka_unit_test(closes_follows_reported_by_at_once),
		cmocka_unit_test(headers_are_one_line_of_ascii_each),
		cmocka_unit_test(prose_is_72_columns_wide_at_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a mail says. Prose is wrapped, addresses and the kernel's own words are not: a wrapped
 * console is of no use. */
#include "alert/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"

/* LINE: SMTP takes 998 bytes; SUBJECT: what mailers show. */
enum { COLUMNS = 72, LINE_BYTES = 900, SUBJECT_BYTES = 180, SHORT_SHA = 12, REPORT_LINES = 200 };

static const char *get(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text == NULL ? "" : text;
}

/* For "%.*s". */
static int cut(const char *text, size_t max)
{
	return (int)cut_size(text, max);
}

/* Words, wrapped at spaces; lines begin with `indent` spaces, those behind the first with twice as
 * many. */
static void wrap(FILE *out, size_t indent, const char *text)
{
	size_t column = 0;
	size_t margin = indent;
	for (const char *at = text; *at != '\0';) {
		const size_t n = strcspn(at, " ");
		if (column > margin && column + 1 + n > COLUMNS) {
			fputc('\n', out);
			margin = 2 * indent;
			column = 0;
		}
		if (column == 0) {
			fprintf(out, "%*s", (int)margin, "");
			column = margin;
		}
		fprintf(out, "%s%.*s", column > margin ? " " : "", (int)n, at);
		column += n + (column > margin);
		at += n + strspn(at + n, " ");
	}
	fputc('\n', out);
}

/* A paragraph. */
static void prose(FILE *out, const char *text)
{
	wrap(out, 0, text);
	fputc('\n', out);
}

/* "name:         value", nothing where there is none. */
static void fact(FILE *out, const char *name, const char *value)
{
	if (value[0] != '\0') {
		fprintf(out, "%-14s%.*s\n", name, cut(value, LINE_BYTES / 2), value);
	}
}

static void commit_fact(FILE *out, const char *name, const json_t *commit)
{
	if (get(commit, "commit")[0] != '\0') {
		_free_ char *value = alloc_format(
			"%.*s (\"%s\")", SHORT_SHA, get(commit, "commit"), get(commit, "subject"));
		fact(out, name, value);
	}
}

/* The kernel's words, line by line as they are. */
static void report_text(FILE *out, const char *text)
{
	for (int i = 0; i < REPORT_LINES && *text != '\0'; i++) {
		const size_t n = strcspn(text, "\n");
		fprintf(out, "%.*s\n", cut(text, n < LINE_BYTES ? n : LINE_BYTES), text);
		text += n + (text[n] == '\n');
	}
	fputs(*text != '\0' ? "[the rest is in the console]\n\n" : "\n", out);
}

static void report(FILE *out, const json_t *alert)
{
	const json_t *r = json_object_get(alert, "report");
	_free_ char *tree = alloc_format("%s %s", get(r, "git"), get(r, "branch"));
	_free_ char *conditions = alloc_format("%s: %s, %s with blocks of %lld, pages of %lld, %s",
		get(r, "profile"), get(r, "arch"), get(r, "fs"),
		(long long)json_integer_value(json_object_get(r, "block_size")),
		(long long)json_integer_value(json_object_get(r, "page_size")), get(r, "workload"));
	commit_fact(out, "HEAD commit:", r);
	if (json_is_true(json_object_get(r, "is_patched"))) {
		fact(out, "", "with patches or reverts on top, see the attempt");
	}
	commit_fact(out, "clean at:", json_object_get(r, "last_good"));
	fact(out, "git tree:", get(r, "git")[0] == '\0' ? get(r, "tree") : tree);
	fact(out, "kernel:", get(r, "kernel"));
	fact(out, "config:", get(r, "config"));
	fact(out, "compiler:", get(r, "compiler"));
	fact(out, "conditions:", conditions);
	fact(out, "console:", get(r, "console_url"));
	fact(out, "bug:", get(json_object_get(alert, "bug"), "url"));
	fputc('\n', out);
	report_text(out, get(r, "text"));
}

static void places(FILE *out, const json_t *alert)
{
	size_t i;
	json_t *place;
	json_array_foreach(json_object_get(alert, "places"), i, place)
	{
		fprintf(out, "%s  %s, %s\n", i == 0 ? "Seen here:\n" : "", get(place, "tree"),
			get(place, "profile"));
	}
	fputs(i > 0 ? "\n" : "", out);
}

/* Reported-by is followed by Closes at once, as checkpatch wants it. On a public list it names the
 * mail itself. */
static void trailers(FILE *out, const json_t *alert, const struct text_about *about)
{
	const json_t *bug = json_object_get(alert, "bug");
	prose(out, "If you fix the issue in a separate patch or commit (that is, not just in a new "
		   "version of the same patch), kindly add the following tags:");
	fprintf(out, "Reported-by: Faultline <%s>\n", about->mail_from);
	if (about->is_public) {
		fprintf(out, "Closes: https://lore.kernel.org/r/%s/\n\n", about->message_id);
	} else {
		fprintf(out, "Closes: %s\n\n", get(bug, "url"));
	}
}

/* What regzbot is not sure of it is not told: a range needs a clean commit before it. */
static void regzbot(FILE *out, const json_t *alert)
{
	const json_t *r = json_object_get(alert, "report");
	const json_t *good = json_object_get(r, "last_good");
	if (good == NULL) {
		return;
	}
	fprintf(out, "#regzbot introduced: %.*s..%.*s\n#regzbot title: %.*s\n\n", SHORT_SHA,
		get(good, "commit"), SHORT_SHA, get(r, "commit"),
		cut(get(alert, "title"), LINE_BYTES / 2), get(alert, "title"));
}

static void bug_new(FILE *out, const json_t *alert, const struct text_about *about)
{
	static const struct {
		const char *what;
		const char *words;
	} news[] = {
		{"boot", "Faultline has seen a kernel that does not boot, in a way it has not seen "
			 "before:"},
		{"build", "Faultline has seen a commit that does not build, for a reason it has "
			  "not seen before:"},
		{"warning", "A compiler warns of what it did not warn of before:"},
	};
	(void)about;
	const char *words = "Faultline has seen a crash report that it has not seen before:";
	for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++) {
		if (strcmp(get(json_object_get(alert, "bug"), "what"), news[i].what) == 0) {
			words = news[i].words;
		}
	}
	prose(out, words);
}

static void bug_again(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	_free_ char *text =
		alloc_format("Faultline has seen a bug again on a commit that has its fix, \"%s\":",
			get(json_object_get(alert, "bug"), "fix"));
	prose(out, text);
}

static void bug_fixed(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	const json_t *g = json_object_get(alert, "gone");
	_free_ char *text =
		json_object_get(g, "builds") != NULL
			? alloc_format("Faultline does not see this any more: behind the last "
				       "commit that had it %s attempts would have shown it and did "
				       "not:",
				  get(g, "tried_text"))
			: alloc_format("Faultline does not see a bug any more: behind the last "
				       "commit that had it %s migrations were tried, in which %s "
				       "occurrences were due at the old rate:",
				  get(g, "tried_text"), get(g, "due_text"));
	prose(out, text);
	fprintf(out,
		"  %.*s\n\nlast bad:     %.*s (\"%.*s\")\nfirst good:   %.*s (\"%.*s\")\n"
		"both sides:   %s\n\n",
		cut(get(alert, "title"), LINE_BYTES), get(alert, "title"), SHORT_SHA,
		get(g, "last_bad"), cut(get(g, "last_bad_subject"), SUBJECT_BYTES),
		get(g, "last_bad_subject"), SHORT_SHA, get(g, "first_good"),
		cut(get(g, "first_good_subject"), SUBJECT_BYTES), get(g, "first_good_subject"),
		get(g, "url"));
}

/* The text is the one that the search's page shows. */
static void commit_found(FILE *out, const json_t *alert, const struct text_about *about)
{
	const json_t *search = json_object_get(alert, "search");
	prose(out, get(search, "opening"));
	report_text(out, get(search, "text"));
	if (about->has_regzbot && get(search, "regzbot")[0] != '\0') {
		fprintf(out, "%.*s\n\n", cut(get(search, "regzbot"), LINE_BYTES),
			get(search, "regzbot"));
	}
}

/* Everything that moved there, a row each. */
static void change_rows(FILE *out, const json_t *alert)
{
	size_t i;
	json_t *c;
	json_array_foreach(json_object_get(alert, "changes"), i, c)
	{
		_free_ char *row = alloc_format("%s, %s: %s -> %s %s", get(c, "profile"),
			get(c, "metric_title"), get(c, "before_text"), get(c, "after_text"),
			get(c, "unit"));
		wrap(out, 2, row);
		fprintf(out, "    %s\n", get(c, "url"));
	}
	fputc('\n', out);
}

/* A commit beside a change, and its subject. */
static void side_fact(FILE *out, const char *name, const json_t *change, const char *key)
{
	_free_ char *subject = alloc_format("%s_subject", key);
	fprintf(out, "%-14s%.*s (\"%.*s\")\n", name, SHORT_SHA, get(change, key),
		cut(get(change, subject), SUBJECT_BYTES), get(change, subject));
}

static void change_edges(FILE *out, const json_t *alert, const struct text_about *about)
{
	const json_t *c = json_array_get(json_object_get(alert, "changes"), 0);
	side_fact(out, "last good:", c, "last_good");
	side_fact(out, "first bad:", c, "first_bad");
	fputc('\n', out);
	if (about->has_regzbot) {
		fprintf(out, "#regzbot introduced: %.*s..%.*s\n\n", SHORT_SHA, get(c, "last_good"),
			SHORT_SHA, get(c, "first_bad"));
	}
}

/* A drift has no edges: it is told from one end to the other. */
static void change_confirmed(FILE *out, const json_t *alert, const struct text_about *about)
{
	const json_t *c = json_array_get(json_object_get(alert, "changes"), 0);
	const bool is_drift = strcmp(get(c, "kind"), "slope") == 0;
	prose(out,
		is_drift ? "What Faultline measures drifts over a stretch of commits, and attempts "
			   "of both its ends in turn on one machine show the same:"
			 : "What Faultline measures has moved between two commits, and attempts of "
			   "both in turn on one machine show the same:");
	change_rows(out, alert);
	if (is_drift) {
		side_fact(out, "from:", c, "last_good");
		side_fact(out, "to:", c, "first_bad");
		fputc('\n', out);
	} else {
		change_edges(out, alert, about);
	}
}

static void change_fixed(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	prose(out, "A change has been taken back, and attempts of both sides in turn show it:");
	change_rows(out, alert);
}

static void machine_bad(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	_free_ char *text = alloc_format(
		"The %s. Its page names the attempts. It takes no jobs but its own checks, until "
		"one passes or an admin sets its health.",
		get(alert, "title"));
	prose(out, text);
	fprintf(out, "%s\n\n", get(json_object_get(alert, "machine"), "url"));
}

static long long number(const json_t *object, const char *name)
{
	return (long long)json_integer_value(json_object_get(object, name));
}

/* One side of what a run changes, as run_compare gives it. */
static void run_side(FILE *out, const char *name, const json_t *side)
{
	if (json_is_object(side)) {
		fprintf(out, "  %-14s%lld clean, %lld crashed or hung, %lld migrations tried\n",
			name, number(side, "clean"), number(side, "bad"), number(side, "exposure"));
	}
}

static void run_compare(FILE *out, const json_t *run)
{
	size_t i;
	json_t *row;
	json_array_foreach(json_object_get(run, "compare"), i, row)
	{
		fprintf(out, "%s  %s\n", i == 0 ? "Against its base:\n" : "", get(row, "profile"));
		run_side(out, "base", json_object_get(row, "base"));
		run_side(out, "with it", json_object_get(row, "with"));
	}
	fputs(i > 0 ? "\n" : "", out);
}

static void run_ended(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	size_t i;
	json_t *row;
	const json_t *run = json_object_get(alert, "run");
	prose(out, "A run that was to tell you when it ends has ended:");
	fprintf(out, "  %.*s\n  %s\n\n", cut(get(alert, "title"), LINE_BYTES), get(alert, "title"),
		get(alert, "url"));
	json_array_foreach(json_object_get(run, "profiles"), i, row)
	{
		_free_ char *words = alloc_format(
			"%s: %lld jobs, %lld clean, %lld crashed or hung, %lld other ends; %lld "
			"migrations tried",
			get(row, "profile"), number(row, "jobs"), number(row, "clean"),
			number(row, "bad"), number(row, "other"), number(row, "exposure"));
		wrap(out, 2, words);
	}
	fputc('\n', out);
	run_compare(out, run);
	json_array_foreach(json_object_get(alert, "bugs"), i, row)
	{
		fprintf(out, "  %.*s, in %lld attempts\n  %s\n\n",
			cut(get(row, "title"), LINE_BYTES / 2), get(row, "title"),
			number(row, "attempts"), get(row, "url"));
	}
}

static void machine_lost(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	const json_t *machine = json_object_get(alert, "machine");
	_free_ char *text = alloc_format(
		"The machine %s has said nothing since %s. Its attempts are given to others; set "
		"its state to maintenance when it is away for long.",
		get(machine, "name"), get(machine, "seen_at"));
	prose(out, text);
	fprintf(out, "%s\n\n", get(machine, "url"));
}

static void queue_stuck(FILE *out, const json_t *alert, const struct text_about *about)
{
	(void)about;
	const json_t *queue = json_object_get(alert, "queue");
	_free_ char *text = alloc_format("Jobs for %s have waited for more than 15 minutes, and no "
					 "machine has taken one since.",
		get(queue, "arch"));
	prose(out, text);
	fprintf(out, "%s\n\n", get(queue, "url"));
}

/* How each kind opens. */
static const struct {
	const char *kind;
	void (*open)(FILE *out, const json_t *alert, const struct text_about *about);
	bool has_report;
} kinds[] = {
	{"bug_again", bug_again, true},
	{"bug_fixed", bug_fixed, false},
	{"bug_new", bug_new, true},
	{"change_confirmed", change_confirmed, false},
	{"change_fixed", change_fixed, false},
	{"commit_found", commit_found, false},
	{"machine_bad", machine_bad, false},
	{"machine_lost", machine_lost, false},
	{"queue_stuck", queue_stuck, false},
	{"run_ended", run_ended, false},
};

static void alert_text(FILE *out, const json_t *alert, const struct text_about *about)
{
	size_t i = 0;
	while (i + 1 < sizeof(kinds) / sizeof(kinds[0]) &&
		strcmp(kinds[i].kind, get(alert, "kind")) != 0) {
		i++;
	}
	kinds[i].open(out, alert, about);
	if (!kinds[i].has_report) {
		return;
	}
	fprintf(out, "  %.*s\n\n", cut(get(alert, "title"), LINE_BYTES), get(alert, "title"));
	if (about->is_digest) {
		fprintf(out, "  %s\n\n", get(json_object_get(alert, "bug"), "url"));
		return;
	}
	report(out, alert);
	places(out, alert);
	trailers(out, alert, about);
	if (about->has_regzbot) {
		regzbot(out, alert);
	}
}

static char *subject_make(const json_t *alerts, const struct text_about *about)
{
	const json_t *first = json_array_get(alerts, 0);
	const char *title = get(first, "title");
	if (about->is_digest) {
		return alloc_format("[faultline] %zu alerts, the first: %.*s",
			json_array_size(alerts), cut(title, SUBJECT_BYTES), title);
	}
	if (about->root_subject == NULL) {
		return alloc_format("[faultline] %.*s", cut(title, SUBJECT_BYTES), title);
	}
	return alloc_format("Re: %s", about->root_subject);
}

void text_mail(const json_t *alerts, const struct text_about *about, char **subject, char **text)
{
	size_t size = 0, i;
	json_t *alert;
	FILE *out = open_memstream(text, &size);
	json_array_foreach(alerts, i, alert)
	{
		alert_text(out, alert, about);
	}
	fprintf(out, "-- \nFaultline, a regression service for Linux kernel trees\n%s\n",
		get(json_array_get(alerts, 0), "url"));
	fclose(out);
	*subject = subject_make(alerts, about);
}

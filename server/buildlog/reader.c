/* Lines of a build log into findings. Memory stays bounded whatever the log holds: of a line its
 * first LINE_BYTES are looked at, a second finding of one title only counts, and what is made is
 * kept as one block of names. */
#include "buildlog/buildlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buildlog/format.h"
#include "buildlog/words.h"
#include "shared/alloc.h"

/* NAMES: of all objects together. CONTEXT: source, caret and notes below what is found. */
enum { LINE_BYTES = 8192, NAMES_BYTES = 4 << 20, CONTEXT_LINES = 8, FINDINGS_FIRST = 16 };

struct buildlog {
	char line[LINE_BYTES];
	size_t line_size; /* kept of the line that is arriving */
	uint64_t line_at; /* where it begins in the log */
	uint64_t at;      /* behind the last byte */

	struct buildlog_finding *findings;
	size_t n_findings;
	size_t room_findings;
	struct buildlog_finding failure; /* make's own words, the first; title "" without any */
	size_t context;                  /* lines that may still belong to the last finding */
	bool is_last_first; /* the last one is here for the first time: its end may move */

	char *names; /* of objects, each with its zero */
	size_t names_size;
	size_t room_names;
	size_t *objects; /* where in names */
	size_t n_objects;
	size_t room_objects;

	char included_by[BUILDLOG_NAME]; /* the file that is compiled, as "In file included" says */
	uint64_t lead_at;                /* where what belongs to the next finding begins */
	bool has_lead;
	bool is_full; /* more than is kept */
};

struct buildlog *buildlog_new(void)
{
	return alloc_zero(1, sizeof(struct buildlog));
}

void buildlog_free(struct buildlog *log)
{
	if (log != NULL) {
		free(log->findings);
		free(log->names);
		free(log->objects);
		free(log);
	}
}

static void object_add(struct buildlog *log, struct text name)
{
	char path[BUILDLOG_NAME];
	words_path(name, path);
	const size_t size = strlen(path) + 1;
	if (log->n_objects == BUILDLOG_OBJECTS || log->names_size + size > NAMES_BYTES) {
		log->is_full = true;
		return;
	}
	if (log->n_objects == log->room_objects) {
		log->room_objects = 2 * log->room_objects + 256;
		log->objects = alloc_resize(log->objects, log->room_objects, sizeof(*log->objects));
	}
	if (log->names_size + size > log->room_names) {
		log->room_names = 2 * log->room_names + 4096;
		log->names = alloc_resize(log->names, log->room_names, 1);
	}
	memcpy(log->names + log->names_size, path, size);
	log->objects[log->n_objects++] = log->names_size;
	log->names_size += size;
}

/* "In file included from ../a.h:3," and "                 from ../mm/x.c:5:": the last one is what
 * is compiled. */
static bool chain_read(struct buildlog *log, struct text line)
{
	struct match m;
	if (match_line("^In file included from %s:%d", line, &m) ||
		match_line("^       *from %s:%d", line, &m)) {
		char file[BUILDLOG_NAME];
		words_path(m.capture[0], file);
		snprintf(log->included_by, sizeof(log->included_by), "%s", file);
		return true;
	}
	return false;
}

/* Lines that say where, before the line that says what. */
static bool is_lead(struct buildlog *log, struct text line)
{
	static const char where[] = "^%s: {In function|In member function|At top level|Assembler "
				    "messages|in function}*:$";
	return chain_read(log, line) || match_line(where, line, NULL);
}

static struct buildlog_finding *finding_of_title(struct buildlog *log, const char *title)
{
	for (size_t i = 0; i < log->n_findings; i++) {
		if (strcmp(log->findings[i].title, title) == 0) {
			return &log->findings[i];
		}
	}
	return NULL;
}

/* The error that this one follows from, or NULL: of the same file, or of linking. */
static struct buildlog_finding *error_before(
	struct buildlog *log, const struct buildlog_finding *finding)
{
	for (size_t i = 0; i < log->n_findings; i++) {
		struct buildlog_finding *f = &log->findings[i];
		if (f->is_error && strcmp(f->file, finding->file) == 0 &&
			strcmp(f->unit, finding->unit) == 0) {
			return f;
		}
	}
	return NULL;
}

static void finding_add(struct buildlog *log, const struct buildlog_finding *finding)
{
	struct buildlog_finding *known = finding_of_title(log, finding->title);
	if (known == NULL && finding->is_error) {
		known = error_before(log, finding);
	}
	log->is_last_first = known == NULL;
	if (known != NULL) {
		known->times++;
		return;
	}
	if (log->n_findings == BUILDLOG_FINDINGS) {
		log->is_full = true;
		if (!finding->is_error) {
			log->is_last_first = false;
			return;
		}
		log->n_findings--; /* why it failed matters most */
	}
	if (log->n_findings == log->room_findings) {
		log->room_findings = 2 * log->room_findings + FINDINGS_FIRST;
		log->findings =
			alloc_resize(log->findings, log->room_findings, sizeof(*log->findings));
	}
	log->findings[log->n_findings++] = *finding;
}

/* Where it was found: the unit is the format's, what the file is compiled to, or what includes it.
 */
static void place_fill(struct buildlog *log, const struct format *format, const struct match *m,
	struct buildlog_finding *out)
{
	if (format->file > 0) {
		words_path(m->capture[format->file - 1], out->file);
	}
	if (format->unit != NULL && format->unit[0] == '$') {
		words_path(m->capture[format->unit[1] - '1'], out->unit);
	} else if (format->unit != NULL) {
		snprintf(out->unit, sizeof(out->unit), "%s", format->unit);
	} else {
		words_object(out->file, out->unit);
		if (out->unit[0] == '\0') {
			words_object(log->included_by, out->unit);
		}
	}
	/* objtool and as name what they read, not its source */
	const size_t n = strlen(out->file);
	if (n > 2 && strcmp(out->file + n - 2, ".o") == 0) {
		out->file[n - 1] = 'c';
	} else if (out->file[0] == '{' || out->file[0] == '/') {
		out->file[0] = '\0';
	}
}

static void found(struct buildlog *log, const struct format *format, const struct match *m)
{
	static const char *const kinds[] = {
		[SAID_WARNING] = "build warning: ", "build error: ", "build error: "};
	struct buildlog_finding finding = {
		.start_bytes = log->has_lead ? log->lead_at : log->line_at,
		.end_bytes = log->at,
		.times = 1,
		.is_error = format->said != SAID_WARNING};
	words_title(kinds[format->said], format->name, m, finding.title);
	place_fill(log, format, m, &finding);
	log->context = CONTEXT_LINES;
	if (format->said != SAID_FAILURE) {
		finding_add(log, &finding);
		return;
	}
	log->is_last_first = false;
	if (log->failure.title[0] == '\0') {
		log->failure = finding;
	}
}

/* A line that may belong to the finding above it: source, caret, note. */
static void context_add(struct buildlog *log, struct text line)
{
	if (log->context == 0 || line.size == 0) {
		log->context = 0;
		return;
	}
	log->context--;
	if (log->is_last_first) {
		log->findings[log->n_findings - 1].end_bytes = log->at;
	}
}

static void line_read(struct buildlog *log, struct text line)
{
	struct match m;
	bool is_step = false;
	const struct text made = format_step(line, &is_step);
	if (is_step) {
		log->context = 0;
		log->has_lead = false;
		log->included_by[0] = '\0';
		if (made.size > 0) {
			object_add(log, made);
		}
		return;
	}
	if (is_lead(log, line)) {
		log->context = 0;
		log->lead_at = log->has_lead ? log->lead_at : log->line_at;
		log->has_lead = true;
		return;
	}
	const struct format *format = format_find(line, &m);
	if (format != NULL) {
		found(log, format, &m);
	} else {
		context_add(log, line);
	}
	log->has_lead = false;
}

static void line_end(struct buildlog *log)
{
	size_t size = log->line_size;
	while (size > 0 && (log->line[size - 1] == '\r' || log->line[size - 1] == ' ')) {
		size--;
	}
	line_read(log, (struct text){log->line, size});
	log->line_size = 0;
	log->line_at = log->at;
}

void buildlog_feed(struct buildlog *log, const void *bytes, size_t size)
{
	const char *at = bytes;
	const char *const end = at + size;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const size_t n = (size_t)((newline != NULL ? newline : end) - at);
		const size_t room = LINE_BYTES - log->line_size;
		memcpy(log->line + log->line_size, at, n < room ? n : room);
		log->line_size += n < room ? n : room;
		log->at += n + (newline != NULL);
		at += n + (newline != NULL);
		if (newline != NULL) {
			line_end(log);
		}
	}
}

/* Errors of a build that went on are no findings: a script asked what the compiler can do. */
static void errors_drop(struct buildlog *log)
{
	size_t n = 0;
	for (size_t i = 0; i < log->n_findings; i++) {
		if (!log->findings[i].is_error) {
			log->findings[n++] = log->findings[i];
		}
	}
	log->n_findings = n;
}

static bool has_error(const struct buildlog *log)
{
	for (size_t i = 0; i < log->n_findings; i++) {
		if (log->findings[i].is_error) {
			return true;
		}
	}
	return false;
}

/* What is told of a failure that no line of a tool explains. */
static void failure_add(struct buildlog *log, const char *why)
{
	struct match first = {.n = 1, .capture = {{why, strcspn(why, "\n")}}};
	struct buildlog_finding *failure = &log->failure;
	if (failure->title[0] == '\0') {
		words_title("build error: ", why[0] == '\0' ? "make failed" : "$1", &first,
			failure->title);
		failure->start_bytes = failure->end_bytes = log->at;
		failure->times = 1;
		failure->is_error = true;
	}
	finding_add(log, failure);
}

void buildlog_finish(struct buildlog *log, const char *why)
{
	if (log->line_size > 0) {
		line_end(log);
	}
	if (log->at > 0) { /* every make reads the configuration */
		object_add(log, (struct text){".config", 7});
	}
	if (why != NULL && log->failure.title[0] == '\0') {
		log->is_full = true; /* ended from outside: what was begun was not compiled */
	}
	if (why == NULL) {
		errors_drop(log);
	} else if (!has_error(log)) {
		failure_add(log, why);
	}
}

const struct buildlog_finding *buildlog_finding(const struct buildlog *log, size_t n)
{
	return n < log->n_findings ? &log->findings[n] : NULL;
}

const char *buildlog_object(const struct buildlog *log, size_t n)
{
	return n < log->n_objects && !log->is_full ? log->names + log->objects[n] : NULL;
}

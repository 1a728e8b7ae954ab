/* Titles by the tables. The format whose title matches earliest wins; among those that match at the
 * same place, the first that yields a title. */
#include "console/title.h"

#include "console/demangle.h"
#include "console/guilty.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NO_FUNCTION "corrupted"
#define WHY_NO_FRAMES "extracted no frames"
#define WHY_NO_BODY "matched title but not report"
#define WHY_FORMAT "report format is marked as corrupted"

enum { FITTING_MAX = 8 /* formats that fit one line; the tables' most is four */ };

struct words {
	struct match match;
	struct text function[2];
};

static void append(char *out, size_t *size, struct text what)
{
	size_t room = TITLE_MAX - 1 - *size;
	size_t n = what.size < room ? what.size : room;
	memcpy(out + *size, what.at, n);
	*size += n;
	out[*size] = '\0';
}

/* Fills a template: $1…$6 captures, $F $G functions. */
static void fill(const char *template, const struct words *words, char out[TITLE_MAX])
{
	size_t size = 0;
	out[0] = '\0';
	for (const char *t = template; *t != '\0'; t++) {
		struct text piece = {t, 1};
		char name[DEMANGLE_MAX];
		if (*t == '$' && t[1] != '\0') {
			t++;
			int slot = *t - '1';
			if (*t == 'F' || *t == 'G') {
				piece = words->function[*t - 'F'];
			} else if (slot >= 0 && slot < words->match.n) {
				piece = words->match.capture[slot];
			} else {
				piece.size = 0;
			}
			piece = demangle(piece, name);
		}
		append(out, &size, piece);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void add_alt(struct title *out, const char *template, const struct words *words)
{
	if (template == NULL || out->n_alts == TITLE_ALTS_MAX) {
		return;
	}
	char *alt = out->alts[out->n_alts];
	fill(template, words, alt);
	title_clean(alt);
	if (strcmp(alt, out->text) == 0) {
		return;
	}
	for (int i = 0; i < out->n_alts; i++) {
		if (strcmp(alt, out->alts[i]) == 0) {
			return;
		}
	}
	out->n_alts++;
}

/* All later lines of a body, each in its order behind the one before; their captures in one list.
 */
static bool match_body(const struct format *format, const struct line *lines, size_t n, size_t i,
	struct match *all)
{
	*all = (struct match){0};
	for (size_t part = 0; part < 3 && format->body[part] != NULL; part++) {
		struct match m;
		while (i < n && !match_line(format->body[part], lines[i].text, &m)) {
			i++;
		}
		if (i == n) {
			return false;
		}
		i++;
		for (int c = 0; c < m.n && all->n < MATCH_CAPTURES; c++) {
			all->capture[all->n++] = m.capture[c];
		}
	}
	return true;
}

static void write_titles(const struct format *format, struct words *words,
	const struct culprit culprit[2], struct title *out)
{
	words->function[0] = culprit[0].name;
	words->function[1] = culprit[1].name;
	fill(format->name, words, out->text);
	out->n_alts = 0;
	title_clean(out->text);
	add_alt(out, format->alt, words);
	/* How other architectures and older kernels name the same system call. */
	for (size_t way = 0; way < GUILTY_SPELLINGS; way++) {
		struct text spelling = guilty_spelling(culprit[0].whole, way);
		if (spelling.size > 0) {
			words->function[0] = spelling;
			words->function[1] = culprit[1].whole;
			add_alt(out, format->name, words);
			add_alt(out, format->alt, words);
		}
	}
	qsort(out->alts, (size_t)out->n_alts, sizeof(out->alts[0]), compare);
}

/* Tries one format whose title matched line i. False when its body does not follow. */
static bool try_format(const struct format *format, const struct line *lines, size_t n, size_t i,
	const struct match *title, struct title *out)
{
	struct words words = {.match = *title};
	if (format->body[0] != NULL && !match_body(format, lines, n, i, &words.match)) {
		return false;
	}
	struct culprit culprit[2] = {0};
	out->corrupted_why = NULL;
	int wanted = strstr(format->alt != NULL ? format->alt : "", "$G") != NULL ? 2 : 1;
	if (format->recipe != NULL) {
		bool is_spoiled;
		int found = guilty_find(format->recipe, lines + i, n - i, culprit, &is_spoiled);
		out->corrupted_why = is_spoiled ? WHY_NO_FRAMES : NULL;
		for (int c = found; c < wanted; c++) {
			culprit[c].name = (struct text){NO_FUNCTION, strlen(NO_FUNCTION)};
			culprit[c].whole = culprit[c].name;
			out->corrupted_why = WHY_NO_FRAMES;
		}
	}
	if (out->corrupted_why == NULL && (format->flags & FORMAT_CORRUPTED)) {
		out->corrupted_why = WHY_FORMAT;
	}
	out->format = format;
	write_titles(format, &words, culprit, out);
	return true;
}

/* The formats that match line i at its earliest column. True when one yields a title; *matched when
 * one at least matches. */
static bool try_line(const struct marker *marker, const struct line *lines, size_t n, size_t i,
	bool *matched, struct title *out)
{
	const struct format *fitting[FITTING_MAX];
	struct match at[FITTING_MAX];
	size_t n_fitting = 0;
	size_t column = SIZE_MAX;
	for (const struct format *f = marker->formats; f->title != NULL; f++) {
		if (n_fitting < FITTING_MAX &&
			match_line(f->title, lines[i].text, &at[n_fitting])) {
			column = at[n_fitting].column < column ? at[n_fitting].column : column;
			fitting[n_fitting++] = f;
		}
	}
	*matched = n_fitting > 0;
	for (size_t k = 0; k < n_fitting; k++) {
		if (at[k].column == column && try_format(fitting[k], lines, n, i, &at[k], out)) {
			return true;
		}
	}
	return false;
}

/* No format knows it: the title is the marker and what follows it on the line. */
static void title_by_line(const struct marker *marker, struct text line, struct title *out)
{
	const char *at = text_find(line, marker->text, strlen(marker->text));
	size_t size = 0;
	at = at == NULL ? line.at : at;
	append(out->text, &size, (struct text){at, (size_t)(line.at + line.size - at)});
	title_clean(out->text);
}

void title_make(const struct marker *marker, const struct line *lines, size_t n, struct title *out)
{
	out->text[0] = '\0';
	out->n_alts = 0;
	out->corrupted_why = NULL;
	out->format = NULL;
	for (size_t i = 0; i < n; i++) {
		bool matched = false;
		if (try_line(marker, lines, n, i, &matched, out)) {
			return;
		}
		if (matched) {
			out->corrupted_why = WHY_NO_BODY;
			break;
		}
	}
	title_by_line(marker, n > 0 ? lines[0].text : (struct text){"", 0}, out);
}

bool title_knows(const struct marker *marker, struct text line)
{
	for (const struct format *f = marker->formats; f->title != NULL; f++) {
		if (match_line(f->title, line, NULL)) {
			return true;
		}
	}
	return false;
}

struct text title_function(const char *title)
{
	const char *at = NULL;
	for (const char *in = strstr(title, " in "); in != NULL; in = strstr(in + 1, " in ")) {
		at = in + 4;
	}
	if (at == NULL) {
		return (struct text){0};
	}
	return (struct text){at, strcspn(at, " /")};
}

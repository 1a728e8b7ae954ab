/* What titles of findings are made of. Letters beyond ASCII are left out but for the quotes of
 * compilers that run under a UTF-8 locale, which become the plain ones. */
#include "buildlog/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct text without(struct text text, const char *start)
{
	const size_t n = strlen(start);
	while (text_starts(text, start)) {
		text = (struct text){text.at + n, text.size - n};
	}
	return text;
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f;
}

void words_path(struct text path, char out[BUILDLOG_NAME])
{
	path = without(without(path, "../"), "./");
	size_t n = 0;
	for (size_t i = 0; i < path.size && n < BUILDLOG_NAME - 1; i++) {
		if (is_plain(path.at[i])) {
			out[n++] = path.at[i];
		}
	}
	out[n] = '\0';
}

void words_object(const char *file, char out[BUILDLOG_NAME])
{
	static const char *const ends[][2] = {
		{".c", ".o"}, {".S", ".o"}, {".dts", ".dtb"}, {".rs", ".o"}};
	const size_t size = strlen(file);
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const size_t n = strlen(ends[i][0]);
		if (size > n && strcmp(file + size - n, ends[i][0]) == 0) {
			snprintf(out, BUILDLOG_NAME, "%.*s%s", (int)(size - n), file, ends[i][1]);
		}
	}
}

/* A title while it is written. */
struct writing {
	char *out;
	size_t n;
};

static void put(struct writing *w, char c)
{
	const bool is_second_space = c == ' ' && (w->n == 0 || w->out[w->n - 1] == ' ');
	if (w->n < BUILDLOG_TITLE - 1 && !is_second_space) {
		w->out[w->n++] = c;
	}
}

static void put_all(struct writing *w, const char *s)
{
	for (; *s != '\0'; s++) {
		put(w, *s);
	}
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Bytes at text.at[i] of a quote as UTF-8 or as as writes it; 0: none. */
static size_t quote(struct text text, size_t i)
{
	if (text.at[i] == '`') {
		return 1;
	}
	return i + 3 <= text.size && (memcmp(text.at + i, "\xe2\x80\x98", 3) == 0 ||
					     memcmp(text.at + i, "\xe2\x80\x99", 3) == 0)
		       ? 3
		       : 0;
}

/* Bytes of a number that stands alone: two digits or more, or hex. A single digit tells arguments
 * apart, and types' names hold theirs. */
static size_t number(struct text text, size_t i)
{
	size_t n = i;
	const bool is_hex = i + 2 < text.size && text.at[i] == '0' && text.at[i + 1] == 'x';
	n += is_hex ? 2 : 0;
	while (n < text.size && (is_hex ? isxdigit((unsigned char)text.at[n])
					: isdigit((unsigned char)text.at[n]))) {
		n++;
	}
	const bool is_alone =
		(i == 0 || !is_name(text.at[i - 1])) && (n == text.size || !is_name(text.at[n]));
	return is_alone && n - i >= 2 ? n - i : 0;
}

/* Bytes of "+0x12", "+0x12/0x34". */
static size_t offset(struct text text, size_t i)
{
	const char *s = text.at + i;
	const size_t left = text.size - i;
	if (left < 4 || (memcmp(s, "+0x", 3) != 0 && memcmp(s, "/0x", 3) != 0) || i == 0 ||
		!(is_name(s[-1]) || s[-1] == '.')) {
		return 0;
	}
	size_t n = 3;
	while (n < left && isxdigit((unsigned char)s[n])) {
		n++;
	}
	if (n + 3 < left && memcmp(s + n, "/0x", 3) == 0) {
		n += 3;
		while (n < left && isxdigit((unsigned char)s[n])) {
			n++;
		}
	}
	return n;
}

/* "; did you mean 'x'?" depends on what else is declared. */
static size_t guess(struct text text, size_t i)
{
	static const char word[] = "; did you mean";
	const size_t n = sizeof(word) - 1;
	if (text.size - i < n || memcmp(text.at + i, word, n) != 0) {
		return 0;
	}
	const char *end = memchr(text.at + i, '?', text.size - i);
	return end == NULL ? text.size - i : (size_t)(end - (text.at + i)) + 1;
}

static void put_text(struct writing *w, struct text text)
{
	for (size_t i = 0; i < text.size;) {
		size_t n = 0;
		if ((n = guess(text, i)) > 0 || (n = offset(text, i)) > 0) {
			i += n;
		} else if ((n = number(text, i)) > 0) {
			put_all(w, "NUM");
			i += n;
		} else if ((n = quote(text, i)) > 0) {
			put(w, '\'');
			i += n;
		} else {
			const char c = text.at[i] == '\t' ? ' ' : text.at[i];
			if (c == ' ' || is_plain(c)) {
				put(w, c);
			}
			i++;
		}
	}
}

/* Paths keep their numbers. */
static void put_path(struct writing *w, struct text text)
{
	char path[BUILDLOG_NAME];
	words_path(text, path);
	put_all(w, path);
}

void words_title(
	const char *kind, const char *name, const struct match *m, char out[BUILDLOG_TITLE])
{
	struct writing w = {.out = out};
	put_all(&w, kind);
	for (const char *p = name; *p != '\0'; p++) {
		if (p[0] != '$') {
			put(&w, *p);
			continue;
		}
		p++;
		const int n = *p - '1';
		if (n >= 0 && n < m->n) {
			const struct text text = m->capture[n];
			const bool is_path = memchr(text.at, ' ', text.size) == NULL &&
					     memchr(text.at, '/', text.size) != NULL;
			if (is_path) {
				put_path(&w, text);
			} else {
				put_text(&w, text);
			}
		}
	}
	while (w.n > 0 && out[w.n - 1] == ' ') {
		w.n--;
	}
	out[w.n] = '\0';
}

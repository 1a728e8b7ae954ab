/* The matcher behind the tables: one pass with at most one open star at a time (a later star makes
 * an earlier one needless, as in file name globs), so that hostile lines cost no more than others.
 */
#include "console/match.h"

#include <ctype.h>
#include <string.h>

enum verdict {
	VERDICT_NO, /* not here, perhaps further on */
	VERDICT_YES,
	VERDICT_NEVER, /* a star ran to the end of the line: no earlier star can help */
};

static enum verdict match_here(const char *p, const char *t, const char *end, struct match *m);

/* isalnum() asks for the locale's table at each letter. */
static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_hex(const char *t, const char *end)
{
	if (end - t > 2 && t[0] == '0' && t[1] == 'x') {
		t += 2;
	}
	while (t < end && isxdigit((unsigned char)*t)) {
		t++;
	}
	return t;
}

/* "[<ffffffff81c01b4c>] ", "[c000000010513b10] ", "[<(ptrval)>] "; answers t when there is none. */
static const char *skip_address(const char *t, const char *end)
{
	const char *at = t;
	if (at == end || *at != '[') {
		return t;
	}
	at++;
	if (at < end && *at == '<') {
		at++;
	}
	const char *digits = at;
	at = skip_hex(at, end);
	if (at == digits) {
		while (at < end && (is_word(*at) || *at == '(' || *at == ')')) {
			at++;
		}
	}
	if (at == digits) {
		return t;
	}
	if (at < end && *at == '>') {
		at++;
	}
	if (at == end || *at != ']') {
		return t;
	}
	at++;
	const char *gap = at;
	while (at < end && *at == ' ') {
		at++;
	}
	return at > gap ? at : t;
}

static const char *skip_while(const char *t, const char *end, bool (*is_in)(char))
{
	while (t < end && is_in(*t)) {
		t++;
	}
	return t;
}

static bool is_lower_or_dash(char c)
{
	return islower((unsigned char)c) || c == '-';
}

static bool is_digit(char c)
{
	return isdigit((unsigned char)c);
}

static bool is_no_space(char c)
{
	return !is_space(c);
}

static bool is_path(char c)
{
	return is_word(c) || c == '-' || c == '.' || c == '/';
}

/* "net/core/sock.c:123"; answers t when there is none. */
static const char *skip_source(const char *t, const char *end)
{
	const char *at = skip_while(t, end, is_path);
	if (at == end || *at != ':' || at - t < 3 || memchr(t, '.', (size_t)(at - t)) == NULL) {
		return t;
	}
	const char *digits = at + 1;
	at = skip_while(digits, end, is_digit);
	return at > digits ? at : t;
}

/* The text that class letter `c` takes at `t`; answers t when it takes none. */
static const char *take_class(char c, const char *t, const char *end)
{
	switch (c) {
	case 'f':
	case 'i':
		return skip_while(t, end, is_word);
	case 'w':
		return skip_while(t, end, is_lower_or_dash);
	case 'd':
		return skip_while(t, end, is_digit);
	case 'x':
		return skip_hex(t, end);
	case 'l':
		return skip_source(t, end);
	case 'S':
		return skip_while(t, end, is_no_space);
	case 'r':
		return end;
	default:
		return t;
	}
}

static void capture(struct match *m, const char *from, const char *to)
{
	if (m->n < MATCH_CAPTURES) {
		m->capture[m->n].at = from;
		m->capture[m->n].size = (size_t)(to - from);
		m->n++;
	}
}

/* What stands for itself in a pattern. */
static bool is_literal(char c)
{
	switch (c) {
	case '\0':
	case '\n':
	case '$':
	case '%':
	case '(':
	case '*':
	case '{':
		return false;
	default:
		return true;
	}
}

static enum verdict match_class(const char *p, const char *t, const char *end, struct match *m)
{
	char c = *p;
	if (c == 'f' && t < end && *t == '.') { /* POWER's function entry points: ".eeh_check" */
		t++;
	}
	const char *to = take_class(c, t, end);
	if (to == t && c != 'r') {
		return VERDICT_NO;
	}
	const char *behind = to;
	if (c == 'f') {
		if (to == end || (*to != '+' && *to != '.')) {
			return VERDICT_NO;
		}
		behind++;
	}
	int n = m->n;
	if (c != 'x') {
		capture(m, t, to);
	}
	enum verdict verdict = match_here(p + 1, behind, end, m);
	if (verdict != VERDICT_YES) {
		m->n = n;
	}
	return verdict;
}

static enum verdict match_star(
	const char *p, const char *t, const char *end, struct match *m, bool is_captured)
{
	int n = m->n;
	int slot = n;
	if (is_captured) {
		capture(m, t, t);
	}
	int inner = m->n;
	const bool is_plain = is_literal(*p);
	for (const char *at = t; at <= end; at++) {
		m->n = inner;
		if (is_captured && slot < MATCH_CAPTURES) {
			m->capture[slot].size = (size_t)(at - t);
		}
		/* Most tries fail on the first letter: see that without a call. */
		if (is_plain && (at == end || *at != *p)) {
			continue;
		}
		enum verdict verdict = match_here(p, at, end, m);
		if (verdict != VERDICT_NO) {
			if (verdict == VERDICT_NEVER) {
				m->n = n;
			}
			return verdict;
		}
	}
	m->n = n;
	return VERDICT_NEVER;
}

/* `p` is behind the opening bracket. */
static enum verdict match_choice(
	const char *p, char close, const char *t, const char *end, struct match *m)
{
	const char *behind = strchr(p, close) + 1;
	int n = m->n;
	while (true) {
		size_t size = 0;
		bool is_it = true;
		for (; p[size] != '|' && p[size] != close; size++) {
			is_it = is_it && size < (size_t)(end - t) && p[size] == t[size];
		}
		if (is_it) {
			if (close == ')') {
				capture(m, t, t + size);
			}
			enum verdict verdict = match_here(behind, t + size, end, m);
			if (verdict != VERDICT_NO) {
				return verdict;
			}
			m->n = n;
		}
		if (p[size] == close) {
			return VERDICT_NO;
		}
		p += size + 1;
	}
}

static enum verdict match_here(const char *p, const char *t, const char *end, struct match *m)
{
	while (*p != '\0' && *p != '\n') {
		switch (*p) {
		case '*':
			return match_star(p + 1, t, end, m, false);
		case '(':
			return match_choice(p + 1, ')', t, end, m);
		case '{':
			return match_choice(p + 1, '}', t, end, m);
		case '$':
			return t == end ? VERDICT_YES : VERDICT_NO;
		case '%':
			p++;
			if (*p == 's') {
				return match_star(p + 1, t, end, m, true);
			}
			if (*p == 'P') {
				t = skip_address(skip_address(t, end), end);
				p++;
				continue;
			}
			if (*p == '_') {
				t = skip_while(t, end, is_space);
				p++;
				continue;
			}
			if (isalpha((unsigned char)*p)) {
				return match_class(p, t, end, m);
			}
			break;
		default:
			break;
		}
		if (t == end || *t != *p) {
			return VERDICT_NO;
		}
		p++;
		t++;
	}
	return VERDICT_YES;
}

static enum verdict match_from(const char *p, struct text line, const char *at, struct match *m)
{
	m->n = 0;
	m->column = (size_t)(at - line.at);
	return match_here(p, at, line.at + line.size, m);
}

bool match_is_pattern(const char *pattern)
{
	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p == '%') {
			p++;
			if (*p == '\0' ||
				(isalpha((unsigned char)*p) && strchr("dfilPrSswx", *p) == NULL)) {
				return false;
			}
		} else if (*p == '(' || *p == '{') {
			p = strchr(p, *p == '(' ? ')' : '}');
			if (p == NULL) {
				return false;
			}
		}
	}
	return true;
}

const char *text_find(struct text line, const char *literal, size_t size)
{
	const char *at = line.at;
	const char *end = line.at + line.size;
	while ((size_t)(end - at) >= size) {
		at = memchr(at, *literal, (size_t)(end - at) - size + 1);
		if (at == NULL ||
			(at[size - 1] == literal[size - 1] && memcmp(at, literal, size) == 0)) {
			return at;
		}
		at++;
	}
	return NULL;
}

/* The next place at or behind `at` where the first two bytes of a pattern may fit. */
static const char *next_place(const char *pattern, const char *at, const char *end)
{
	if (!is_literal(*pattern)) {
		return at;
	}
	while (at < end && (at = memchr(at, *pattern, (size_t)(end - at))) != NULL) {
		if (!is_literal(pattern[1]) || (at + 1 < end && at[1] == pattern[1])) {
			return at;
		}
		at++;
	}
	return NULL;
}

static bool match_one(const char *pattern, struct text line, struct match *m)
{
	if (*pattern == '^') {
		return match_from(pattern + 1, line, line.at, m) == VERDICT_YES;
	}
	const char *end = line.at + line.size;
	enum verdict verdict = VERDICT_NO;
	const char *at = next_place(pattern, line.at, end);
	while (at != NULL && at <= end && verdict == VERDICT_NO) {
		verdict = match_from(pattern, line, at, m);
		at = next_place(pattern, at + 1, end);
	}
	return verdict == VERDICT_YES;
}

bool match_line(const char *pattern, struct text line, struct match *m)
{
	struct match own;
	while (!match_one(pattern, line, m == NULL ? &own : m)) {
		pattern = strchr(pattern, '\n');
		if (pattern == NULL) {
			return false;
		}
		pattern++;
	}
	return true;
}

bool text_has(struct text line, const char *literal)
{
	return text_find(line, literal, strlen(literal)) != NULL;
}

struct text text_behind_spaces(struct text line)
{
	const char *end = line.at + line.size;
	const char *at = skip_while(line.at, end, is_space);
	return (struct text){at, (size_t)(end - at)};
}

struct text text_behind_addresses(struct text text)
{
	const char *end = text.at + text.size;
	const char *at = skip_address(skip_address(text.at, end), end);
	return (struct text){at, (size_t)(end - at)};
}

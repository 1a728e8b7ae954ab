/* Patterns for one line of kernel text: what the tables of this folder are written in. Small on
 * purpose: no nesting and no back-references, so a match costs at most pattern times line. A
 * regular expression library would be slower here by far and open to hostile lines.
 *
 *   abc     itself                       ^ $      start, end of the line (a pattern floats unless
 * ^)
 *   *       anything, shortest           %s       the same, captured
 *   (a|b)   one of these, captured       {a|b|}   one of these, not captured; may be empty
 *   %f      function before '+' or '.'   %i       identifier
 *   %P      up to two "[<address>] "     %w       a-z and '-'
 *   %d      digits                       %x       hex digits, 0x or not
 *   %l      path.c:123                   %S       up to the next space
 *   %r      the rest of the line         %_       white space, maybe none; %% %* %( %{ … themselves
 *   \n      or else the pattern behind it
 *
 * %f %i %w %d %l %S %r are captured. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { MATCH_CAPTURES = 6 };

struct text {
	const char *at;
	size_t size;
};

struct match {
	struct text capture[MATCH_CAPTURES];
	int n;
	size_t column; /* where the match begins */
};

/* True when `pattern` is found in the line; `m` is set then and may be NULL. Captures point into
 * the line. */
bool match_line(const char *pattern, struct text line, struct match *m);

/* True when `literal` occurs in the line. */
bool text_has(struct text line, const char *literal);

/* Whether a pattern is well formed: brackets closed, classes known. For the tests of the tables. */
bool match_is_pattern(const char *pattern);

/* Where the first `size` >= 1 bytes of `literal` stand in the line, or NULL. On short lines much
 * faster than memmem(), which sets up a table first. */
const char *text_find(struct text line, const char *literal, size_t size);

/* True when the line begins with `literal`. Here, since most are told apart by their first byte. */
static inline bool text_starts(struct text line, const char *literal)
{
	size_t i = 0;
	while (i < line.size && literal[i] != '\0' && line.at[i] == literal[i]) {
		i++;
	}
	return literal[i] == '\0';
}

/* What is left of a line behind its leading white space; behind up to two "[<address>] " then. */
struct text text_behind_spaces(struct text line);
struct text text_behind_addresses(struct text text);

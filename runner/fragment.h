/* Config fragments as typed options. A line is an option of one of five types, a remark, or empty;
 * anything else is refused, so that a slip of the pen is no wish that is silently passed over. A
 * kernel's .config is of the same form and is read as one. */
#pragma once

#include <stddef.h>

enum option_type { OPTION_NO, OPTION_MODULE, OPTION_YES, OPTION_NUMBER, OPTION_TEXT };

struct fragment_option {
	char *name; /* with its CONFIG_ */
	enum option_type type;
	char *value; /* as written; "n" also for "is not set" */
	char *from;  /* the fragment that says so */
};

struct fragment {
	struct fragment_option *options; /* of two with one name the later counts */
	size_t count;
};

enum { FRAGMENT_BAD = 1 };

/* Adds the options of `text`. 0, or FRAGMENT_BAD with *line the number of the first line that is no
 * option. */
int fragment_add(struct fragment *fragment, const char *from, const char *text, size_t *line);
void fragment_fini(struct fragment *fragment);
#define _fragment_ __attribute__((cleanup(fragment_fini)))

/* The wishes that `config` did not fulfil, a line each with the option's name first, "" when there
 * is none; the caller's. Built in where a module was wished for is no loss. */
char *fragment_lost(const struct fragment *wishes, const struct fragment *config);

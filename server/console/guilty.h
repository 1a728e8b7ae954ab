/* Finds the guilty function of a report: follows a recipe's steps through the lines, collects
 * frames that nothing skips, picks one. */
#pragma once

#include "console/facts.h"
#include "console/format.h"

#include <stddef.h>

/* A function as titles name it, and as the stack spelled it. */
struct culprit {
	struct text name;
	struct text whole;
};

/* Looks in lines[0..n). Answers how many culprits were found, at most 2: one for each stack that
 * the recipe reads; 0 when the stack is lost. *is_spoiled when another stack was printed into it.
 */
int guilty_find(const struct recipe *recipe, const struct line *lines, size_t n,
	struct culprit out[2], bool *is_spoiled);

/* A system call's function goes by many names. Spelling 0 is the whole name, the others are without
 * one of the prefixes that architectures and kernel versions put before it; size 0 when it has not
 * got it. */
enum { GUILTY_SPELLINGS = 19 };
struct text guilty_spelling(struct text function, size_t way);

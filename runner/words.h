/* A list of words that grows: arguments of a program. */
#pragma once

#include <stddef.h>

struct words {
	char **list; /* ends with NULL once a word was added */
	size_t count;
};

void words_add(struct words *words, const char *text);
void words_format(struct words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds each of the words in `text` that spaces part. */
void words_split(struct words *words, const char *text);

/* What posix wants as argv. */
const char *const *words_argv(const struct words *words);

/* The words as a shell would take them, quoted where needed; the caller's. */
char *words_shell(const struct words *words);

void words_fini(struct words *words);

#define _words_ __attribute__((cleanup(words_fini)))

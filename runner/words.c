/* A NULL-ended array of strings. */
#include "runner/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

static void words_take(struct words *words, char *text)
{
	words->list = alloc_resize(words->list, words->count + 2, sizeof(*words->list));
	words->list[words->count++] = text;
	words->list[words->count] = NULL;
}

void words_add(struct words *words, const char *text)
{
	words_take(words, alloc_copy(text));
}

void words_format(struct words *words, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	words_take(words, alloc_format_list(format, args));
	va_end(args);
}

void words_split(struct words *words, const char *text)
{
	while (*text != '\0') {
		const size_t n = strcspn(text, " ");
		if (n > 0) {
			words_take(words, alloc_copy_n(text, n));
		}
		text += n + (text[n] == ' ');
	}
}

const char *const *words_argv(const struct words *words)
{
	return (const char *const *)words->list;
}

static void words_quote(FILE *out, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
	if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word != '\0'; word++) {
		if (*word == '\'') {
			fputs("'\\''", out);
		} else {
			fputc(*word, out);
		}
	}
	fputc('\'', out);
}

char *words_shell(const struct words *words)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; i < words->count; i++) {
		fputs(i > 0 ? " " : "", out);
		words_quote(out, words->list[i]);
	}
	fclose(out);
	return text;
}

void words_fini(struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		free(words->list[i]);
	}
	free(words->list);
	*words = (struct words){0};
}

/* Character sets, checked by strspn. */
#include "shared/name.h"

#include <string.h>

#define NAME_DIGITS "0123456789"
#define NAME_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME_PART NAME_DIGITS NAME_LETTERS "._-"

enum { NAME_MAX_LENGTH = 64, NAME_URL_MAX = 2048, NAME_CMDLINE_MAX = 1024, NAME_WORD_MAX = 512 };

static bool name_consists_of(const char *text, const char *set, size_t low, size_t high)
{
	const size_t n = strnlen(text, high + 1);
	return n >= low && n <= high && strspn(text, set) == n;
}

bool name_is_machine(const char *text)
{
	return name_consists_of(text, NAME_PART, 1, NAME_MAX_LENGTH) && strcmp(text, ".") != 0 &&
	       strcmp(text, "..") != 0;
}

bool name_is_part(const char *text)
{
	return name_consists_of(text, NAME_PART, 1, NAME_MAX_LENGTH) && text[0] != '.' &&
	       text[0] != '-';
}

bool name_is_release(const char *text)
{
	return name_consists_of(text, NAME_PART "+~", 1, NAME_MAX_LENGTH) &&
	       strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

bool name_is_sha256(const char *text)
{
	return name_consists_of(text, NAME_DIGITS "abcdef", 64, 64);
}

bool name_is_commit(const char *text)
{
	return name_consists_of(text, NAME_DIGITS "abcdef", 40, 40) || name_is_sha256(text);
}

bool name_is_options(const char *text)
{
	return name_consists_of(text, NAME_DIGITS NAME_LETTERS " =,._:+-", 0, NAME_WORD_MAX);
}

bool name_is_word(const char *text)
{
	return name_consists_of(text, NAME_DIGITS NAME_LETTERS "=,._:+-/%@", 0, NAME_WORD_MAX);
}

static bool name_is_printable(const char *text, char low, size_t high)
{
	const size_t n = strnlen(text, high + 1);
	for (size_t i = 0; i < n; i++) {
		if (text[i] < low || text[i] > '~') {
			return false;
		}
	}
	return n <= high;
}

bool name_is_cmdline(const char *text)
{
	if (!name_is_printable(text, ' ', NAME_CMDLINE_MAX)) {
		return false;
	}
	for (const char *p = strstr(text, "--"); p != NULL; p = strstr(p + 2, "--")) {
		const bool is_start = p == text || p[-1] == ' ';
		if (is_start && (p[2] == ' ' || p[2] == '\0')) {
			return false;
		}
	}
	return true;
}

bool name_is_url(const char *text)
{
	if (!name_is_printable(text, '!', NAME_URL_MAX)) {
		return false;
	}
	const char *colon = strstr(text, "://");
	return text[0] == '/' || (colon != NULL && colon > text &&
					 strspn(text, NAME_LETTERS "+") == (size_t)(colon - text));
}

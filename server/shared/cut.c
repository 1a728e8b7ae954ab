/* Texts that are too long, cut where no character is torn. */
#include "shared/cut.h"

#include <stdbool.h>
#include <string.h>

enum { CUT_BACK_MAX = 3 }; /* bytes of a character behind its first */

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t cut_size(const char *text, size_t max_bytes)
{
	const size_t n = strnlen(text, max_bytes);
	size_t at = n;
	while (at > 0 && n - at < CUT_BACK_MAX && is_inside(text[at])) {
		at--;
	}
	return at == 0 || is_inside(text[at]) ? n : at;
}

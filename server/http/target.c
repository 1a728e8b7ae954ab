/* What a mail address and a URL may hold, letter by letter. */
#include "http/target.h"

#include <ctype.h>
#include <string.h>

bool target_is_address(const char *text)
{
	const char *at = strchr(text, '@');
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f) {
			return false;
		}
	}
	return at != NULL && at > text && at[1] != '.' && text[0] != '-' &&
	       strchr(at + 1, '@') == NULL && strchr(at + 1, '.') != NULL &&
	       strpbrk(text, "<>,;:\"()[]\\") == NULL;
}

bool target_is_graphic(const char *text)
{
	while (isgraph((unsigned char)*text)) {
		text++;
	}
	return *text == '\0';
}

bool target_is_url(const char *text)
{
	const size_t n = strncmp(text, "https://", 8) == 0  ? 8
			 : strncmp(text, "http://", 7) == 0 ? 7
							    : 0;
	const size_t host = n == 0 ? 0 : strcspn(text + n, "/?#");
	return host > 0 && memchr(text + n, '@', host) == NULL &&
	       strcspn(text, " \t\r\n<>\"\\") == strlen(text);
}

/* What of a URL only those see who use it. */
#include "shared/url.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

/* Shorter ones stand in half of all words; with their @ they are found all the same. */
enum { ALONE_MIN = 4 };

static char *replaced(const char *text, const char *what, const char *by)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);
	if (stream == NULL) {
		abort();
	}
	const size_t n = strlen(what);
	while (*text != '\0') {
		if (strncmp(text, what, n) == 0) {
			fputs(by, stream);
			text += n;
		} else {
			fputc(*text++, stream);
		}
	}
	fclose(stream);
	return out;
}

static void hide(char **text, const char *what, const char *by)
{
	char *hidden = replaced(*text, what, by);
	free(*text);
	*text = hidden;
}

/* What stands before the last @ of the host's part. Owned by the caller; NULL: nothing. */
static char *user_of(const char *host)
{
	const size_t n = strcspn(host, "/?#");
	const char *at = memrchr(host, '@', n);
	return at == NULL || at == host ? NULL : alloc_copy_n(host, (size_t)(at - host));
}

static void user_hide(char **text, const char *user, bool is_name_shown)
{
	const char *colon = strchr(user, ':');
	if (is_name_shown && colon == NULL) {
		return;
	}
	_free_ char *what = alloc_format("%s@", user);
	_free_ char *by = is_name_shown ? alloc_format("%.*s:***@", (int)(colon - user), user)
					: alloc_copy("***@");
	hide(text, what, by);
	const char *password = colon == NULL ? user : colon + 1;
	if (strlen(password) >= ALONE_MIN) {
		hide(text, password, "***");
	}
}

char *url_hidden(const char *url, const char *text)
{
	char *out = alloc_copy(text);
	const char *scheme_end = url == NULL ? NULL : strstr(url, "://");
	if (scheme_end == NULL) {
		return out;
	}
	_free_ char *user = user_of(scheme_end + 3);
	if (user != NULL) {
		const bool is_shell =
			strncmp(url, "ssh://", 6) == 0 || strncmp(url, "git://", 6) == 0;
		user_hide(&out, user, is_shell);
	}
	const char *query = strchr(scheme_end, '?');
	if (query != NULL && query[1] != '\0') {
		hide(&out, query, "?***");
	}
	return out;
}

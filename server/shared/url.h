/* What of a URL only those see who use it: the password of a repository or a file server must not
 * stand in a result's text, a log or a page. SQL has the same as url_shown(). Pure. */
#pragma once

/* `text` (the URL itself, or words about it) with "***" wherever it holds what is secret in `url`:
 * user and password before the @ (of ssh:// and git:// the password only), and what is behind the
 * question mark. `url` NULL: as it is. The caller's. */
char *url_hidden(const char *url, const char *text);

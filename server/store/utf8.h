/* Text that PostgreSQL and JSON take, out of bytes that anybody may have written: kernels, commit
 * messages, consoles. */
#pragma once

#include <stddef.h>

/* A copy of at most `size` bytes that is valid UTF-8 without NUL and without control characters but
 * tab and newline; each byte that does not fit becomes U+FFFD. Cut at a character's border so that
 * it has at most `limit_bytes`. Owned by the caller. */
char *utf8_clean(const char *bytes, size_t size, size_t limit_bytes);

/* The same of a console: NUL, CR, other control characters and escape sequences are left out first,
 * as a terminal would not show them. */
char *utf8_plain(const char *bytes, size_t size, size_t limit_bytes);

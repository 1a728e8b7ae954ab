/* What a token looks like: 32 random bytes in base62 behind "fl_KIND_". */
#pragma once

#include <stdbool.h>

enum { TOKEN_TEXT_SIZE = 64 };

/* A fresh one. 0 or a fault. */
int token_text_make(const char *kind, char out[TOKEN_TEXT_SIZE]);

/* Whether this could be one of that kind. */
bool token_text_is(const char *kind, const char *text);

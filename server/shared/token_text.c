/* 43 digits hold 256 bits: the bytes as one large number, divided by 62 again and again. */
#include "shared/token_text.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "shared/log.h"

enum { TOKEN_BYTES = 32, TOKEN_DIGITS = 43 };

static const char token_digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

int token_text_make(const char *kind, char out[TOKEN_TEXT_SIZE])
{
	unsigned char bytes[TOKEN_BYTES];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return log_fault("cannot get random bytes");
	}
	char text[TOKEN_DIGITS + 1] = "";
	for (int i = TOKEN_DIGITS - 1; i >= 0; i--) {
		unsigned rest = 0;
		for (int b = 0; b < TOKEN_BYTES; b++) {
			const unsigned value = rest * 256 + bytes[b];
			bytes[b] = (unsigned char)(value / 62);
			rest = value % 62;
		}
		text[i] = token_digits[rest];
	}
	snprintf(out, TOKEN_TEXT_SIZE, "fl_%s_%s", kind, text);
	return 0;
}

bool token_text_is(const char *kind, const char *text)
{
	char start[TOKEN_TEXT_SIZE];
	const size_t n = (size_t)snprintf(start, sizeof(start), "fl_%s_", kind);
	return strncmp(text, start, n) == 0 && strlen(text) == n + TOKEN_DIGITS &&
	       strspn(text + n, token_digits) == TOKEN_DIGITS;
}

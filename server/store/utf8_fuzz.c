/* Any bytes become text that JSON and PostgreSQL take, within the limit. */
#include "store/utf8.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

static void check(const char *text, size_t limit_bytes)
{
	_json_ json_t *json = json_string(text);
	fuzz_must(json != NULL, "the text is UTF-8");
	fuzz_must(strlen(text) <= limit_bytes, "the text is within its limit");
	for (const char *c = text; *c != '\0'; c++) {
		const unsigned char u = (unsigned char)*c;
		fuzz_must(u >= 0x20 || u == '\t' || u == '\n', "no control characters");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *copy = fuzz_copy(bytes, size);
	struct fuzz_numbers numbers = fuzz_numbers_of(bytes, size);
	const size_t limit_bytes = fuzz_below(&numbers, size + 8);
	_free_ char *clean = utf8_clean(copy, size, limit_bytes);
	check(clean, limit_bytes);
	_free_ char *again = utf8_clean(clean, strlen(clean), limit_bytes);
	fuzz_must(strcmp(clean, again) == 0, "what is clean stays as it is");
	_free_ char *plain = utf8_plain(copy, size, limit_bytes);
	check(plain, limit_bytes);
	return 0;
}

/* Text that PostgreSQL and JSON take. */
#include "store/utf8.h"

#include <stdint.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* How many continuation bytes follow, and what the code point must be at least: an overlong form is
 * not valid. -1: no first byte. */
static int head_read(unsigned char c, uint32_t *code, uint32_t *least)
{
	static const struct {
		unsigned char mask, value;
		int more;
		uint32_t least;
	} heads[] = {{0x80, 0x00, 0, 0}, {0xe0, 0xc0, 1, 0x80}, {0xf0, 0xe0, 2, 0x800},
		{0xf8, 0xf0, 3, 0x10000}};
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if ((c & heads[i].mask) == heads[i].value) {
			*code = c & (unsigned char)~heads[i].mask;
			*least = heads[i].least;
			return heads[i].more;
		}
	}
	return -1;
}

/* Size of the character at `s`, 0 when it is none that may stay. */
static size_t character_size(const unsigned char *s, size_t size)
{
	uint32_t code = 0, least = 0;
	const int more = head_read(s[0], &code, &least);
	if (more < 0 || (size_t)more >= size) {
		return 0;
	}
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			return 0;
		}
		code = code << 6 | (s[i] & 0x3f);
	}
	const int is_control = (code < 0x20 && code != '\t' && code != '\n') || code == 0x7f;
	const int is_surrogate = code >= 0xd800 && code < 0xe000;
	return code < least || code > 0x10ffff || is_control || is_surrogate ? 0 : (size_t)more + 1;
}

char *utf8_clean(const char *bytes, size_t size, size_t limit_bytes)
{
	const size_t room = size > limit_bytes / 3 ? limit_bytes : 3 * size;
	char *out = alloc_zero(room + 1, 1);
	size_t used = 0;
	for (size_t i = 0; i < size;) {
		const size_t n = character_size((const unsigned char *)bytes + i, size - i);
		const size_t m = n > 0 ? n : sizeof(replacement) - 1;
		if (used + m > room) {
			break;
		}
		memcpy(out + used, n > 0 ? bytes + i : replacement, m);
		used += m;
		i += n > 0 ? n : 1;
	}
	return out;
}

/* Length of the escape sequence at `s`: ESC [ … letter, or ESC and one byte. */
static size_t escape_size(const char *s, size_t size)
{
	if (size < 2 || s[1] != '[') {
		return size < 2 ? size : 2;
	}
	size_t n = 2;
	while (n < size && (unsigned char)s[n] >= 0x20 && (unsigned char)s[n] < 0x40) {
		n++;
	}
	return n < size ? n + 1 : n;
}

char *utf8_plain(const char *bytes, size_t size, size_t limit_bytes)
{
	_free_ char *plain = alloc_zero(1, size + 1);
	size_t n = 0;
	for (size_t i = 0; i < size;) {
		const unsigned char c = (unsigned char)bytes[i];
		if (c == 0x1b) {
			i += escape_size(bytes + i, size - i);
			continue;
		}
		if (c >= 0x20 || c == '\t' || c == '\n') {
			plain[n++] = (char)c;
		}
		i++;
	}
	return utf8_clean(plain, n, limit_bytes);
}

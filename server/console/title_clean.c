/* What is taken out of titles, so that two crashes of one bug have one title. */
#include "console/title.h"

#include <ctype.h>
#include <string.h>

enum { TITLE_IN_MAX = 120 /* bytes of it that count, as in the field */ };

static bool is_word_at(const char *s, size_t i)
{
	return isalnum((unsigned char)s[i]) || s[i] == '_';
}

static size_t digits_at(const char *s, size_t i)
{
	size_t n = 0;
	while (isdigit((unsigned char)s[i + n])) {
		n++;
	}
	return n;
}

static size_t hex_at(const char *s, size_t i)
{
	size_t n = 0;
	while (isdigit((unsigned char)s[i + n]) || (s[i + n] >= 'a' && s[i + n] <= 'f')) {
		n++;
	}
	return n;
}

/* Each rule answers how many bytes at s[i] it takes, 0 when it does not apply there. */

static size_t take_numbered(const char *s, size_t i, const char *name)
{
	size_t n = strlen(name);
	if (strncmp(s + i, name, n) != 0) {
		return 0;
	}
	size_t dot = s[i + n] == '.' ? 1 : 0;
	size_t digits = digits_at(s, i + n + dot);
	if (digits == 0) {
		return 0;
	}
	n += dot + digits;
	if ((s[i + n] == '/' || s[i + n] == ':') && digits_at(s, i + n + 1) > 0) {
		n += 1 + digits_at(s, i + n + 1);
	}
	return n;
}

static size_t take_executor(const char *s, size_t i)
{
	return take_numbered(s, i, "syz-executor");
}

static size_t take_syzkaller(const char *s, size_t i)
{
	return take_numbered(s, i, "syzkaller");
}

static size_t take_address(const char *s, size_t i)
{
	if (i == 0 || isalnum((unsigned char)s[i - 1])) {
		return 0;
	}
	size_t lead = strncmp(s + i, "0x", 2) == 0 ? 2 : 0;
	size_t n = hex_at(s, i + lead);
	return n >= 6 ? n + lead : 0;
}

static size_t take_ip(const char *s, size_t i)
{
	size_t at = i;
	for (int part = 0; part < 4; part++) {
		size_t n = digits_at(s, at);
		if (n == 0 || n > 3 || (part < 3 && s[at + n] != '.')) {
			return 0;
		}
		at += n + (part < 3 ? 1 : 0);
	}
	return at - i;
}

/* ":123:45" behind ".ext" */
static size_t take_line(const char *s, size_t i)
{
	size_t ext = i;
	while (ext > 0 && islower((unsigned char)s[ext - 1])) {
		ext--;
	}
	if (s[i] != ':' || ext == i || ext == 0 || s[ext - 1] != '.' || digits_at(s, i + 1) == 0) {
		return 0;
	}
	size_t n = 1 + digits_at(s, i + 1);
	if (s[i + n] == ':' && digits_at(s, i + n + 1) > 0) {
		n += 1 + digits_at(s, i + n + 1);
	}
	return n;
}

/* "+0xa/0xb" behind a name */
static size_t take_offset(const char *s, size_t i)
{
	if (i == 0 || !is_word_at(s, i - 1) || strncmp(s + i, "+0x", 3) != 0) {
		return 0;
	}
	size_t n = 3 + hex_at(s, i + 3);
	if (n == 3 || strncmp(s + i + n, "/0x", 3) != 0) {
		return 0;
	}
	size_t size = hex_at(s, i + n + 3);
	return size > 0 ? n + 3 + size : 0;
}

static size_t take_cpu(const char *s, size_t i)
{
	return strncmp(s + i, "CPU#", 4) == 0 && digits_at(s, i + 4) > 0 ? 4 + digits_at(s, i + 4)
									 : 0;
}

static size_t take_number(const char *s, size_t i)
{
	size_t n = digits_at(s, i);
	bool is_free = i > 0 && !is_word_at(s, i - 1) && !is_word_at(s, i + n);
	return n > 0 && is_free ? n : 0;
}

static size_t take_long_number(const char *s, size_t i)
{
	size_t n = digits_at(s, i);
	return n >= 7 ? n : 0;
}

static const struct {
	size_t (*take)(const char *s, size_t i);
	const char *put;
} rules[] = {
	{take_executor, "syz-executor"},
	{take_syzkaller, "syzkaller"},
	{take_address, "ADDR"},
	{take_ip, "IP"},
	{take_line, ":LINE"},
	{take_offset, ""},
	{take_cpu, "CPU"},
	{take_number, "NUM"},
	{take_long_number, "NUM"},
};

static void apply(size_t rule, char s[TITLE_MAX])
{
	char out[TITLE_MAX];
	size_t size = 0;
	for (size_t i = 0; s[i] != '\0' && size < TITLE_MAX - 1;) {
		size_t n = rules[rule].take(s, i);
		const char *put = n > 0 ? rules[rule].put : s + i;
		size_t put_size = n > 0 ? strlen(put) : 1;
		put_size = put_size < TITLE_MAX - 1 - size ? put_size : TITLE_MAX - 1 - size;
		memcpy(out + size, put, put_size);
		size += put_size;
		i += n > 0 ? n : 1;
	}
	out[size] = '\0';
	memcpy(s, out, size + 1);
}

/* Printable bytes only, runs of white space as one space, none at the ends. */
static void squeeze(char s[TITLE_MAX])
{
	size_t size = 0;
	for (size_t i = 0; s[i] != '\0' && i < TITLE_IN_MAX; i++) {
		unsigned char c = (unsigned char)s[i];
		c = c == '\t' ? ' ' : c;
		bool is_second_space = c == ' ' && (size == 0 || s[size - 1] == ' ');
		if (c >= 0x20 && c < 0x7f && !is_second_space) {
			s[size++] = (char)c;
		}
	}
	while (size > 0 && s[size - 1] == ' ') {
		size--;
	}
	s[size] = '\0';
}

/* Rules begin at digits or at six hex letters in a row. */
static bool has_number(const char *s)
{
	size_t hex = 0;
	for (; *s != '\0'; s++) {
		hex = *s >= 'a' && *s <= 'f' ? hex + 1 : 0;
		if (hex == 6 || (*s >= '0' && *s <= '9')) {
			return true;
		}
	}
	return false;
}

void title_clean(char title[TITLE_MAX])
{
	bool is_plain = !has_number(title);
	for (size_t rule = 0; !is_plain && rule < sizeof(rules) / sizeof(rules[0]); rule++) {
		apply(rule, title);
	}
	squeeze(title);
}

/* Prefixes of console lines. Hand-written, since every line of an open report passes here. */
#include "console/line.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIGITS_MAX = 12,       /* of seconds or of a caller id: more is no printk stamp */
	LOGIN_MAX = 64,        /* a log-in prompt ends within so many bytes */
	RECORD_FLAGS_MAX = 64, /* of a /dev/kmsg record */
	HOST_MAX = 256, /* date, host and program of a syslog line end within so many bytes */
};

static const char *skip_spaces(const char *t, const char *end)
{
	while (t < end && (*t == ' ' || *t == '\t')) {
		t++;
	}
	return t;
}

static const char *skip_digits(const char *t, const char *end)
{
	while (t < end && isdigit((unsigned char)*t)) {
		t++;
	}
	return t;
}

/* Bytes of `shape` stand for classes: 9 a digit, A a letter, others themselves. NULL: it does not
 * fit. */
static const char *skip_shape(const char *t, const char *end, const char *shape)
{
	for (; *shape != '\0'; shape++, t++) {
		if (t == end) {
			return NULL;
		}
		unsigned char c = (unsigned char)*t;
		bool fits = *shape == '9'   ? isdigit(c) || c == ' '
			    : *shape == 'A' ? isalpha(c)
					    : c == (unsigned char)*shape;
		if (!fits) {
			return NULL;
		}
	}
	return t;
}

/* "<4>"; answers t when there is none. */
static const char *skip_level(const char *t, const char *end)
{
	if (t == end || *t != '<') {
		return t;
	}
	const char *at = skip_digits(t + 1, end);
	return at > t + 1 && at - t <= 4 && at < end && *at == '>' ? at + 1 : t;
}

/* "[  492.198014]"; NULL when there is none. */
static const char *skip_stamp(const char *t, const char *end, double *uptime_s)
{
	if (t == end || *t != '[') {
		return NULL;
	}
	const char *at = skip_spaces(t + 1, end);
	bool is_delta = at < end && *at == '+'; /* dmesg -d: since the line before */
	const char *digits = is_delta ? ++at : at;
	at = skip_digits(at, end);
	if (at == digits || at - digits > DIGITS_MAX || at == end || *at != '.') {
		return NULL;
	}
	double whole = 0;
	for (const char *d = digits; d < at; d++) {
		whole = whole * 10 + (*d - '0');
	}
	digits = ++at;
	at = skip_digits(at, end);
	if (at == digits || at - digits > DIGITS_MAX || at == end || *at != ']') {
		return NULL;
	}
	double part = 0;
	for (const char *d = at - 1; d >= digits; d--) {
		part = (part + (*d - '0')) / 10;
	}
	*uptime_s = is_delta ? NAN : whole + part;
	return at + 1;
}

/* "[ T24950]" or "[    C1]"; answers t when there is none. */
static const char *skip_caller(const char *t, const char *end, struct line_head *head)
{
	const char *open = t < end && *t == ' ' ? t + 1 : t; /* some print a space between */
	if (open >= end || *open != '[') {
		return t;
	}
	const char *at = skip_spaces(open + 1, end);
	if (at == end || (*at != 'T' && *at != 'C')) {
		return t;
	}
	bool is_task = *at == 'T';
	const char *digits = at + 1;
	at = skip_digits(digits, end);
	if (at == digits || at - digits > DIGITS_MAX || at == end || *at != ']') {
		return t;
	}
	uint64_t id = 0;
	for (const char *d = digits; d < at; d++) {
		id = id * 10 + (uint64_t)(*d - '0');
	}
	head->kind = is_task ? CONTEXT_TASK : CONTEXT_CPU;
	head->id = (uint32_t)id;
	return at + 1;
}

/* Dates that log keepers write in front. */
static const char *const date_shapes[] = {
	"9999-99-99T99:99:99",
	"9999-99-99 99:99:99",
	"9999/99/99 99:99:99",
	"[9999-99-99 99:99:99",
	"[9999-99-99T99:99:99",
	"AAA 99 99:99:99",
	"AAA AAA 99 99:99:99 9999",
	"[AAA AAA 99 99:99:99 9999]",
	"99:99:99",
	"[99:99:99",
};

/* Whether the bytes that no date lacks are there: most lines are told apart by these alone. */
static bool looks_dated(const char *t, const char *end)
{
	if (end - t < 8) {
		return false;
	}
	if (isalpha((unsigned char)*t)) {
		return t[3] == ' ' && (t[6] == ' ' || t[7] == ' ');
	}
	const char *at = *t == '[' ? t + 1 : t;
	return at[2] == ':' || at[3] == ' ' || at[4] == '-' || at[4] == '/';
}

/* Date, fraction, time zone and the bracket behind them; answers t when there is no date. */
static const char *skip_date(const char *t, const char *end)
{
	if (!looks_dated(t, end)) {
		return t;
	}
	for (size_t i = 0; i < sizeof(date_shapes) / sizeof(date_shapes[0]); i++) {
		const char *at = skip_shape(t, end, date_shapes[i]);
		if (at == NULL) {
			continue;
		}
		while (at < end && (isdigit((unsigned char)*at) || strchr(".,+-:Z", *at) != NULL)) {
			at++;
		}
		if (*t == '[' && at < end && *at == ']') {
			at++;
		}
		if (at == end || *at == ' ' || *at == '\t' || (*t == '[' && *at == '[')) {
			return skip_spaces(at, end);
		}
	}
	return t;
}

/* Behind a date and whatever else the keeper wrote: "kernel: ". NULL when it is not there. */
static const char *find_kernel(const char *t, const char *end, struct line_head *head)
{
	struct text window = {t, end - t > HOST_MAX ? HOST_MAX : (size_t)(end - t)};
	const char *at = text_find(window, " kernel: ", 9);
	head->is_kernel = at != NULL;
	return at == NULL ? NULL : at + 9;
}

/* Behind a date: "host kernel: ", "kernel: ", "host prog[12]: ". Sets is_userspace for other
 * programs. Only syslog's own date promises a host: behind others "Internal error: " is the
 * kernel's own words. */
static const char *skip_program(
	const char *t, const char *end, bool is_syslog, struct line_head *head)
{
	const char *stamp = memchr(t, ' ', (size_t)(end - t));
	double uptime_s;
	if (stamp != NULL && skip_stamp(stamp + 1, end, &uptime_s) != NULL) {
		return stamp + 1; /* "host [   12.345678] …" */
	}
	const char *limit = end - t > HOST_MAX ? t + HOST_MAX : end;
	const char *at = t;
	for (int word = 0; word < 2; word++) {
		const char *from = at;
		while (at < limit && *at != ' ' && *at != ':') {
			at++;
		}
		if (at == limit || at == from) {
			return t;
		}
		if (*at == ':') {
			struct text name = {from, (size_t)(at - from)};
			if (at + 1 < limit && at[1] != ' ') {
				return t;
			}
			bool is_kernel = name.size == 6 && strncasecmp(name.at, "kernel", 6) == 0;
			bool is_program = (is_syslog && from > t) || at[-1] == ']';
			if (!is_kernel && !is_program) {
				return t;
			}
			head->is_userspace = !is_kernel;
			head->is_kernel = is_kernel;
			return at + 1 < end ? at + 2 : end;
		}
		at++;
	}
	return t;
}

/* dmesg -x: "kern  :warn  : "; others than kern come from user space. */
static const char *skip_facility(const char *t, const char *end, struct line_head *head)
{
	struct text line = {t, (size_t)(end - t)};
	struct match m;
	if (line.size < 16 || t[6] != ':' ||
		!match_line("^(kern|user|daemon|syslog|auth|authpriv){       |      |     |    |   "
			    "|  | |}:"
			    "{emerg|alert|crit|err|warn|notice|info|debug}{   |  | |}: ",
			line, &m)) {
		return t;
	}
	head->is_userspace = m.capture[0].at[0] != 'k';
	head->is_kernel = !head->is_userspace;
	const char *colon = memchr(t, ':', line.size);
	colon = memchr(colon + 1, ':', (size_t)(end - colon - 1));
	return colon + 2;
}

/* LAVA's log: - {"dt": "…", "lvl": "target", "msg": "…"}; without the dash when it was cut into
 * lines of JSON. */
static const char *skip_lava(const char *t, const char **end, struct line_head *head)
{
	struct text line = {t, (size_t)(*end - t)};
	struct match m;
	if (text_starts(line, "- ")) {
		line.at += 2;
		line.size -= 2;
	}
	if (!text_starts(line, "{\"dt\":") && !text_starts(line, "{dt:")) {
		return t;
	}
	if (!match_line("msg{\"|}: {\"|'|}%r", line, &m)) {
		return t;
	}
	head->is_userspace = !text_has(line, "target") && !text_has(line, "feedback");
	if (*end > m.capture[0].at && (*end)[-1] == '}') {
		(*end)--;
	}
	if (*end > m.capture[0].at && ((*end)[-1] == '"' || (*end)[-1] == '\'')) {
		(*end)--;
	}
	return m.capture[0].at;
}

/* A record of /dev/kmsg: "4,1234,302847402,-;text", perhaps with ",caller=T1" before the semicolon.
 */
static const char *skip_record(const char *t, const char *end, struct line_head *head)
{
	struct text line = {t, (size_t)(end - t)};
	struct match m;
	if (!match_line("^%d,%d,%d,%s;%r", line, &m) || m.capture[3].size > RECORD_FLAGS_MAX) {
		return t;
	}
	head->kind = CONTEXT_CONSOLE;
	head->is_kernel = true;
	head->uptime_s = strtod(m.capture[2].at, NULL) / 1e6;
	struct match caller;
	if (match_line("caller=(T|C)%d", m.capture[3], &caller)) {
		head->kind = caller.capture[0].at[0] == 'T' ? CONTEXT_TASK : CONTEXT_CPU;
		head->id = (uint32_t)strtoul(caller.capture[1].at, NULL, 10);
	}
	return m.capture[4].at;
}

/* Somebody quotes a log in a mail: "> > [  302.847402] …". */
static const char *skip_quote(const char *t, const char *end)
{
	while (t < end && *t == '>') {
		t += end - t > 1 && t[1] == ' ' ? 2 : 1;
	}
	return t;
}

/* "** 4491 printk messages dropped ** "; answers t when there is none. */
static const char *skip_dropped(const char *t, const char *end)
{
	struct text line = {t, (size_t)(end - t)};
	struct match m;
	if (line.size < 4 || t[0] != '*' ||
		!match_line("^** %d printk messages dropped ** %r", line, &m)) {
		return t;
	}
	return m.capture[m.n - 1].at;
}

/* A log-in prompt that the stamp follows at once: "syzkaller login: [   36.8] …". */
static const char *skip_login(const char *t, const char *end)
{
	const char *limit = end - t > LOGIN_MAX ? t + LOGIN_MAX : end;
	const char *at = t;
	while ((at = memchr(at, ':', (size_t)(limit - at))) != NULL) {
		if (at - t >= 5 && memcmp(at - 5, "login", 5) == 0 && at + 1 < end &&
			at[1] == ' ') {
			return at + 2;
		}
		at++;
	}
	return t;
}

static const char *skip_keeper(const char *t, const char **end, struct line_head *head)
{
	const char *at = skip_date(t, *end);
	if (at > t) {
		bool is_syslog = isalpha((unsigned char)*t) && at - t <= 16;
		const char *behind = skip_program(at, *end, is_syslog, head);
		const char *kernel = behind > at ? NULL : find_kernel(at, *end, head);
		return kernel != NULL ? kernel : behind;
	}
	if (t < *end && (*t == '-' || *t == '{')) {
		return skip_lava(t, end, head);
	}
	if (t < *end && isdigit((unsigned char)*t)) {
		return skip_record(t, *end, head);
	}
	return skip_facility(t, *end, head);
}

/* Whether the first bytes may be those of a prefix: most lines say no. */
static bool may_have_prefix(const char *t, const char *end)
{
	return t < end && (strchr("<>*-{", *t) != NULL || isdigit((unsigned char)*t) ||
				  looks_dated(t, end) || (end - t > 6 && t[6] == ':'));
}

struct line_head line_read(struct text line)
{
	struct line_head head = {.uptime_s = NAN, .kind = CONTEXT_BARE};
	const char *end = line.at + line.size;
	const char *t = line.at;
	double uptime_s;
	const char *at = skip_stamp(t, end, &uptime_s);           /* the common case first */
	if (at == NULL && t < end && (*t == ' ' || *t == '\t')) { /* somebody indented a log */
		at = skip_stamp(skip_spaces(t, end), end, &uptime_s);
	}
	if (at == NULL && may_have_prefix(t, end)) {
		t = skip_quote(t, end);
		t = skip_level(skip_dropped(skip_keeper(t, &end, &head), end), end);
		at = skip_stamp(t, end, &uptime_s);
	}
	if (at == NULL) {
		const char *prompt = skip_level(skip_login(t, end), end);
		at = skip_stamp(prompt, end, &uptime_s);
		t = at == NULL && prompt > t ? prompt : t;
	}
	if (at != NULL) {
		head.kind = CONTEXT_CONSOLE;
		head.is_kernel = true;
		head.uptime_s = uptime_s;
		t = skip_caller(at, end, &head);
		if (t < end && *t == ' ') {
			t++;
		}
	}
	head.text.at = t;
	head.text.size = (size_t)(end - t);
	return head;
}

/* The size of the escape sequence at `t`, which begins with ESC. */
static size_t escape_size(const char *t, const char *end)
{
	const char *at = t + 1;
	if (at < end && *at == '[') {
		at++;
		while (at < end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x40) {
			at++;
		}
		return (size_t)(at - t) + (at < end ? 1 : 0);
	}
	return at < end ? 2 : 1;
}

bool line_is_dirty(struct text text)
{
	return memchr(text.at, '\r', text.size) != NULL ||
	       memchr(text.at, '\033', text.size) != NULL ||
	       memchr(text.at, '\0', text.size) != NULL;
}

size_t line_clean(char *bytes, size_t size)
{
	size_t plain = 0;
	while (plain < size && bytes[plain] != '\0' && bytes[plain] != '\033' &&
		bytes[plain] != '\r') {
		plain++;
	}
	char *to = bytes + plain;
	const char *end = bytes + size;
	for (const char *at = to; at < end;) {
		if (*at == '\033') {
			at += escape_size(at, end);
		} else if (*at == '\0' || *at == '\r') {
			at++;
		} else {
			*to++ = *at++;
		}
	}
	return (size_t)(to - bytes);
}

/* "CONFIG_X=value" and "# CONFIG_X is not set", as scripts/kconfig reads and writes them. */
#include "runner/fragment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

#define OPTION_PREFIX "CONFIG_"
#define OPTION_UNSET " is not set"
#define OPTION_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool value_is_number(const char *value)
{
	const char *digits = value + (value[0] == '-');
	const bool is_hex = strncmp(digits, "0x", 2) == 0;
	digits += is_hex ? 2 : 0;
	return digits[0] != '\0' &&
	       digits[strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789")] == '\0';
}

static bool value_is_text(const char *value)
{
	const size_t n = strlen(value);
	return n >= 2 && value[0] == '"' && value[n - 1] == '"';
}

static int value_type(const char *value, enum option_type *type)
{
	static const struct {
		const char *value;
		enum option_type type;
	} words[] = {{"m", OPTION_MODULE}, {"n", OPTION_NO}, {"y", OPTION_YES}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].value, value) == 0) {
			*type = words[i].type;
			return 0;
		}
	}
	*type = value_is_text(value) ? OPTION_TEXT : OPTION_NUMBER;
	return *type == OPTION_TEXT || value_is_number(value) ? 0 : FRAGMENT_BAD;
}

/* 0 also for lines that say nothing. */
static int line_read(struct fragment *f, const char *from, const char *line, size_t n)
{
	const bool is_remark = n > 0 && line[0] == '#';
	const char *name = is_remark ? line + 1 + strspn(line + 1, " ") : line;
	const size_t left = n - (size_t)(name - line);
	if (n == 0 || (is_remark && strncmp(name, OPTION_PREFIX, strlen(OPTION_PREFIX)) != 0)) {
		return 0;
	}
	const size_t length = strspn(name, OPTION_LETTERS);
	const char *rest = name + length;
	const bool is_unset = is_remark && left == length + strlen(OPTION_UNSET) &&
			      strncmp(rest, OPTION_UNSET, strlen(OPTION_UNSET)) == 0;
	if (is_remark && !is_unset) {
		return 0; /* prose that begins with an option's name */
	}
	if (strncmp(name, OPTION_PREFIX, strlen(OPTION_PREFIX)) != 0 ||
		(!is_unset && rest[0] != '=')) {
		return FRAGMENT_BAD;
	}
	char *value = is_unset ? alloc_copy("n") : alloc_copy_n(rest + 1, left - length - 1);
	enum option_type type = OPTION_NO;
	if (value_type(value, &type) != 0) {
		free(value);
		return FRAGMENT_BAD;
	}
	f->options = alloc_resize(f->options, f->count + 1, sizeof(*f->options));
	f->options[f->count++] = (struct fragment_option){
		.name = alloc_copy_n(name, length),
		.type = type,
		.value = value,
		.from = alloc_copy(from),
	};
	return 0;
}

int fragment_add(struct fragment *f, const char *from, const char *text, size_t *line)
{
	*line = 1;
	for (const char *p = text; *p != '\0'; *line += 1) {
		const size_t n = strcspn(p, "\n");
		if (line_read(f, from, p, n) != 0) {
			return FRAGMENT_BAD;
		}
		p += n + (p[n] == '\n');
	}
	return 0;
}

void fragment_fini(struct fragment *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->options[i].name);
		free(f->options[i].value);
		free(f->options[i].from);
	}
	free(f->options);
	*f = (struct fragment){0};
}

/* The last one of this name behind `after`; NULL: there is none. */
static const struct fragment_option *option_last(
	const struct fragment *f, const char *name, size_t after)
{
	for (size_t i = f->count; i > after; i--) {
		if (strcmp(f->options[i - 1].name, name) == 0) {
			return &f->options[i - 1];
		}
	}
	return NULL;
}

static bool option_is_given(const struct fragment_option *wish, const struct fragment_option *got)
{
	if (got == NULL) {
		return wish->type == OPTION_NO;
	}
	return strcmp(wish->value, got->value) == 0 ||
	       (wish->type == OPTION_MODULE && got->type == OPTION_YES);
}

char *fragment_lost(const struct fragment *wishes, const struct fragment *config)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; i < wishes->count; i++) {
		const struct fragment_option *wish = &wishes->options[i];
		const struct fragment_option *got = option_last(config, wish->name, 0);
		if (option_last(wishes, wish->name, i + 1) == NULL && !option_is_given(wish, got)) {
			fprintf(out, "%s=%s of the fragment '%s' was lost in olddefconfig: %s%s\n",
				wish->name, wish->value, wish->from,
				got == NULL ? "there is no such option, or what it needs is off"
					    : "it is ",
				got == NULL ? "" : got->value);
		}
	}
	fclose(out);
	return text;
}

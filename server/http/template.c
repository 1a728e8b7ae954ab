/* Mustache, as far as pages need it. Templates are read as they are filled: they are short, and
 * always in memory. */
#include "http/template.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { TEMPLATE_DEPTH_MAX = 32, TEMPLATE_NAME_MAX = 64 };

/* The objects around a place, innermost first. */
struct scope {
	const json_t *value;
	const struct scope *outer;
};

struct filler {
	template_finder *find;
	const char *name;  /* of the template under way, for messages */
	const char *text;  /* all of it */
	const char *limit; /* its end */
	FILE *out;         /* NULL: only checking */
	int depth;
};

struct tag {
	char kind; /* 0: value; or one of # ^ / > ! */
	char name[TEMPLATE_NAME_MAX];
	const char *start; /* of the tag, or of its line when it stands alone */
	const char *end;   /* behind it, likewise */
};

static int fill(struct filler *f, const char *at, const char *end, const struct scope *scope);

const char *template_embedded(const char *name)
{
	_free_ char *path = alloc_format("web/templates/%s.html", name);
	const struct asset *asset = asset_find(path);
	return asset == NULL ? NULL : asset->data;
}

/* A tag that is no value takes its line with it when nothing else stands there. */
static void tag_widen(const struct filler *f, struct tag *tag)
{
	const char *left = tag->start;
	while (left > f->text && (left[-1] == ' ' || left[-1] == '\t')) {
		left--;
	}
	const char *right = tag->end;
	while (right < f->limit && (*right == ' ' || *right == '\t')) {
		right++;
	}
	const bool is_alone =
		(left == f->text || left[-1] == '\n') && (right == f->limit || *right == '\n');
	if (is_alone) {
		tag->start = left;
		tag->end = right < f->limit ? right + 1 : right;
	}
}

/* The next tag at or behind `at`. 0; positive: there is none; or a fault. */
static int tag_next(const struct filler *f, const char *at, const char *end, struct tag *out)
{
	const char *open = at < end ? memmem(at, (size_t)(end - at), "{{", 2) : NULL;
	if (open == NULL) {
		return 1;
	}
	const char *close = memmem(open, (size_t)(end - open), "}}", 2);
	if (close == NULL) {
		return log_fault("template '%s': a tag is not closed", f->name);
	}
	const char *name = open + 2;
	*out = (struct tag){.start = open, .end = close + 2};
	if (strchr("#^/>!", *name) != NULL) {
		out->kind = *name;
		name++;
	}
	while (name < close && *name == ' ') {
		name++;
	}
	size_t n = (size_t)(close - name);
	while (n > 0 && name[n - 1] == ' ') {
		n--;
	}
	if (out->kind != '!' &&
		(n == 0 || n >= sizeof(out->name) || strchr("{&=", *name) != NULL)) {
		return log_fault("template '%s': bad tag '%.20s'", f->name, open);
	}
	memcpy(out->name, name, n < sizeof(out->name) ? n : 0);
	if (out->kind != 0) {
		tag_widen(f, out);
	}
	return 0;
}

/* The closing tag of a section that begins at `open`. */
static int section_end(
	const struct filler *f, const char *end, const struct tag *open, struct tag *close)
{
	int depth = 1;
	const char *at = open->end;
	while (depth > 0) {
		const int outcome = tag_next(f, at, end, close);
		if (outcome != 0) {
			return outcome < 0 ? outcome
					   : log_fault("template '%s': section '%s' is not closed",
						     f->name, open->name);
		}
		if (close->kind == '#' || close->kind == '^') {
			depth++;
		} else if (close->kind == '/') {
			depth--;
		}
		at = close->end;
	}
	if (strcmp(open->name, close->name) != 0) {
		return log_fault("template '%s': section '%s' is closed by '%s'", f->name,
			open->name, close->name);
	}
	return 0;
}

static const json_t *lookup(const struct scope *scope, const char *name)
{
	if (strcmp(name, ".") == 0) {
		return scope == NULL ? NULL : scope->value;
	}
	for (; scope != NULL; scope = scope->outer) {
		const json_t *value = json_object_get(scope->value, name);
		if (value != NULL) {
			return value;
		}
	}
	return NULL;
}

static bool is_true(const json_t *value)
{
	return value != NULL && !json_is_null(value) && !json_is_false(value) &&
	       !(json_is_array(value) && json_array_size(value) == 0) &&
	       !(json_is_string(value) && json_string_length(value) == 0);
}

/* U+FFFE or U+FFFF, which are no characters. */
static bool is_none(const char *text)
{
	return strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0;
}

/* What XML has no place for would break a feed or a picture for everybody: it becomes U+FFFD. */
static void put_escaped(FILE *out, const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		case 0x01 ... 0x08:
		case 0x0b ... 0x0c:
		case 0x0e ... 0x1f:
			fputs(replacement, out);
			break;
		case '\xef':
			fputs(is_none(text) ? replacement : "\xef", out);
			text += is_none(text) ? 2 : 0;
			break;
		default:
			putc_unlocked(*text, out);
		}
	}
}

static void put_value(FILE *out, const json_t *value)
{
	if (out == NULL || value == NULL) {
		return;
	}
	switch (json_typeof(value)) {
	case JSON_STRING:
		put_escaped(out, json_string_value(value));
		break;
	case JSON_INTEGER:
		fprintf(out, "%lld", (long long)json_integer_value(value));
		break;
	case JSON_REAL:
		fprintf(out, "%.15g", json_real_value(value));
		break;
	case JSON_TRUE:
		fputs("true", out);
		break;
	case JSON_FALSE:
	case JSON_NULL:
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
}

static int fill_section(struct filler *f, const struct tag *open, const struct tag *close,
	const struct scope *scope)
{
	const json_t *value = lookup(scope, open->name);
	const bool is_shown = is_true(value) == (open->kind == '#');
	if (f->out == NULL || (is_shown && open->kind == '^')) {
		return fill(f, open->end, close->start, scope);
	}
	if (!is_shown) {
		return 0;
	}
	if (!json_is_array(value)) {
		const struct scope inner = {.value = value, .outer = scope};
		return fill(f, open->end, close->start, &inner);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		const struct scope inner = {.value = json_array_get(value, i), .outer = scope};
		const int fault = fill(f, open->end, close->start, &inner);
		if (fault != 0) {
			return fault;
		}
	}
	return 0;
}

static int fill_partial(struct filler *f, const char *name, const struct scope *scope)
{
	const char *text = f->find(name);
	if (text == NULL) {
		return log_fault("template '%s': there is no template '%s'", f->name, name);
	}
	if (f->depth == TEMPLATE_DEPTH_MAX) {
		return log_fault("template '%s': partials without end", name);
	}
	struct filler inner = {.find = f->find,
		.name = name,
		.text = text,
		.limit = text + strlen(text),
		.out = f->out,
		.depth = f->depth + 1};
	return fill(&inner, inner.text, inner.limit, scope);
}

/* What a tag stands for; *at is moved behind it, or behind the section it opens. */
static int fill_tag(struct filler *f, const char *end, const struct tag *tag,
	const struct scope *scope, const char **at)
{
	struct tag close;
	int outcome = 0;
	*at = tag->end;
	switch (tag->kind) {
	case '#':
	case '^':
		outcome = section_end(f, end, tag, &close);
		if (outcome == 0) {
			*at = close.end;
			outcome = fill_section(f, tag, &close, scope);
		}
		return outcome;
	case '/':
		return log_fault("template '%s': '%s' is closed but not open", f->name, tag->name);
	case '>':
		return fill_partial(f, tag->name, scope);
	case '!':
		return 0;
	default:
		put_value(f->out, lookup(scope, tag->name));
		return 0;
	}
}

static int fill(struct filler *f, const char *at, const char *end, const struct scope *scope)
{
	for (;;) {
		struct tag tag;
		const int outcome = tag_next(f, at, end, &tag);
		if (outcome < 0) {
			return outcome;
		}
		const char *stop = outcome == 0 ? tag.start : end;
		if (f->out != NULL && stop > at) {
			fwrite(at, 1, (size_t)(stop - at), f->out);
		}
		if (outcome > 0) {
			return 0;
		}
		const int fault = fill_tag(f, end, &tag, scope, &at);
		if (fault != 0) {
			return fault;
		}
	}
}

int template_fill(
	template_finder *find, const char *name, const json_t *root, char **out, size_t *size)
{
	_free_ char *text = NULL;
	struct filler f = {.find = find, .name = name, .out = open_memstream(&text, size)};
	if (f.out == NULL) {
		abort();
	}
	const struct scope scope = {.value = root};
	const int fault = fill_partial(&f, name, &scope);
	fclose(f.out);
	if (fault == 0) {
		*out = text;
		text = NULL;
	}
	return fault;
}

int template_check(template_finder *find, const char *name)
{
	struct filler f = {.find = find, .name = name};
	return fill_partial(&f, name, NULL);
}

/* Crash reports as JSON, written by yajl as it goes: a tree of values would cost more than reading
 * the report does. */
#include "console/json.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

struct report_json {
	yajl_gen gen;
};

static void *memory_new(void *context, size_t size)
{
	(void)context;
	return alloc_resize(NULL, 1, size);
}

static void *memory_resize(void *context, void *p, size_t size)
{
	(void)context;
	return alloc_resize(p, 1, size);
}

static void memory_free(void *context, void *p)
{
	(void)context;
	free(p);
}

struct report_json *report_json_new(void)
{
	static const yajl_alloc_funcs memory = {memory_new, memory_resize, memory_free, NULL};
	struct report_json *json = alloc_zero(1, sizeof(*json));
	json->gen = yajl_gen_alloc(&memory);
	return json;
}

void report_json_free(struct report_json *json)
{
	if (json != NULL) {
		yajl_gen_free(json->gen);
		free(json);
	}
}

void report_json_cleanup(struct report_json **json)
{
	report_json_free(*json);
}

static void put_bytes(yajl_gen gen, const char *text, size_t size)
{
	yajl_gen_string(gen, (const unsigned char *)text, size);
}

static void put_key(yajl_gen gen, const char *key)
{
	put_bytes(gen, key, strlen(key));
}

/* yajl's own check lets overlong forms and surrogates pass, which PostgreSQL refuses. */
static bool is_unicode(const char *text)
{
	_json_ json_t *value = json_string(text);
	return value != NULL;
}

/* Consoles hold any bytes, JSON only Unicode. Most texts are plain and need no look. */
static void put_text(yajl_gen gen, const char *text)
{
	size_t size = 0;
	while (text[size] != '\0' && (unsigned char)text[size] < 0x80) {
		size++;
	}
	if (text[size] == '\0' || is_unicode(text)) {
		put_bytes(gen, text, size + strlen(text + size));
		return;
	}
	_free_ char *plain = alloc_copy(text);
	for (char *c = plain; *c != '\0'; c++) {
		*c = (unsigned char)*c >= 0x80 ? '?' : *c;
	}
	put_bytes(gen, plain, strlen(plain));
}

static void set_text(yajl_gen gen, const char *key, const char *text)
{
	if (text != NULL) {
		put_key(gen, key);
		put_text(gen, text);
	}
}

/* yajl's own way is sprintf(), which took a tenth of the time of all. */
static void put_number(yajl_gen gen, int64_t number)
{
	char digits[24];
	char *end = digits + sizeof(digits);
	char *at = end;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0) {
		*--at = '-';
	}
	yajl_gen_number(gen, at, (size_t)(end - at));
}

static void set_number(yajl_gen gen, const char *key, int64_t number)
{
	if (number != CONSOLE_UNKNOWN) {
		put_key(gen, key);
		put_number(gen, number);
	}
}

static void set_bool(yajl_gen gen, const char *key, bool is_so)
{
	put_key(gen, key);
	yajl_gen_bool(gen, is_so);
}

/* As printk stamps: to the microsecond. */
static void set_seconds(yajl_gen gen, const char *key, double seconds)
{
	char digits[32];
	const int size = snprintf(digits, sizeof(digits), "%.6f", seconds);
	if (!isnan(seconds) && size > 0 && (size_t)size < sizeof(digits)) {
		put_key(gen, key);
		yajl_gen_number(gen, digits, (size_t)size);
	}
}

static void set_texts(yajl_gen gen, const char *key, const char *const *texts, size_t n)
{
	put_key(gen, key);
	yajl_gen_array_open(gen);
	for (size_t i = 0; i < n; i++) {
		put_text(gen, texts[i]);
	}
	yajl_gen_array_close(gen);
}

static void put_frame(yajl_gen gen, const struct console_frame *frame)
{
	yajl_gen_map_open(gen);
	set_text(gen, "function", frame->function);
	if (frame->has_offset) {
		set_number(gen, "offset", (int64_t)frame->offset_bytes);
		set_number(gen, "size", (int64_t)frame->size_bytes);
	}
	set_text(gen, "module", frame->module);
	set_text(gen, "file", frame->file);
	if (frame->file != NULL) {
		set_number(gen, "line", frame->line);
	}
	set_bool(gen, "reliable", frame->is_reliable);
	if (frame->is_fault) {
		set_bool(gen, "fault", true);
	}
	if (frame->is_inline) {
		set_bool(gen, "inline", true);
	}
	yajl_gen_map_close(gen);
}

static void set_frames(yajl_gen gen, const struct console_report *report)
{
	put_key(gen, "frames");
	yajl_gen_array_open(gen);
	for (size_t i = 0; i < report->n_frames; i++) {
		put_frame(gen, &report->frames[i]);
	}
	yajl_gen_array_close(gen);
}

static void set_page(yajl_gen gen, const struct console_page *page)
{
	put_key(gen, "page");
	yajl_gen_map_open(gen);
	set_text(gen, "reason", page->reason);
	set_text(gen, "address", page->address);
	set_number(gen, "refcount", page->refcount);
	set_number(gen, "mapcount", page->mapcount);
	set_text(gen, "mapping", page->mapping);
	set_number(gen, "index", page->index);
	set_number(gen, "pfn", page->pfn);
	set_number(gen, "order", page->order);
	set_number(gen, "entire_mapcount", page->entire_mapcount);
	set_number(gen, "nr_pages_mapped", page->pages_mapped);
	set_number(gen, "pincount", page->pincount);
	set_text(gen, "aops", page->aops);
	set_number(gen, "ino", page->inode);
	set_text(gen, "dentry", page->dentry);
	set_text(gen, "flags", page->flags);
	set_text(gen, "memcg", page->memcg);
	set_text(gen, "type", page->type);
	set_texts(gen, "raw", page->raw, page->n_raw);
	yajl_gen_map_close(gen);
}

static void set_limits(yajl_gen gen, unsigned limits)
{
	static const char *const name[] = {"text", "line", "frames"};
	const char *met[3];
	size_t n = 0;
	for (unsigned i = 0; i < 3; i++) {
		if (limits & (1u << i)) {
			met[n++] = name[i];
		}
	}
	if (n > 0) {
		set_texts(gen, "limits", met, n);
	}
}

static void set_task(yajl_gen gen, const struct console_report *report)
{
	set_seconds(gen, "uptime_s", report->uptime_s);
	set_text(gen, "arch", report->arch);
	set_number(gen, "cpu", report->cpu);
	set_number(gen, "pid", report->pid);
	set_text(gen, "comm", report->comm);
	set_text(gen, "kernel", report->kernel);
	set_text(gen, "taint", report->taint);
	set_text(gen, "trap", report->trap);
	set_text(gen, "instruction", report->instruction);
	set_text(gen, "code", report->code);
}

static void set_report(yajl_gen gen, const struct console_report *report)
{
	set_text(gen, "title", report->title);
	set_text(gen, "type", report->type);
	set_texts(gen, "alt", report->alts, report->n_alts);
	set_text(gen, "frame", report->function);
	set_text(gen, "file", report->file);
	set_bool(gen, "corrupted", report->is_corrupted);
	set_text(gen, "corrupted_why", report->corrupted_why);
	set_bool(gen, "panicked", report->is_panicked);
	set_bool(gen, "suppressed", report->is_suppressed);
	set_bool(gen, "final", report->is_final);
	set_number(gen, "start", (int64_t)report->start_bytes);
	set_number(gen, "end", (int64_t)report->end_bytes);
	set_number(gen, "lead", (int64_t)report->lead_bytes);
	set_task(gen, report);
	set_frames(gen, report);
	if (report->page != NULL) {
		set_page(gen, report->page);
	}
	set_limits(gen, report->limits);
	set_number(gen, "reader", CONSOLE_READER_VERSION);
}

const char *report_json(struct report_json *json, const struct console_report *report,
	const char *name, const char *text)
{
	const unsigned char *line = NULL;
	size_t size = 0;
	yajl_gen_clear(json->gen);
	yajl_gen_reset(json->gen, NULL);
	yajl_gen_map_open(json->gen);
	if (report != NULL) {
		set_report(json->gen, report);
	}
	set_text(json->gen, name, text);
	if (report == NULL) {
		set_text(json->gen, "title", "");
	}
	yajl_gen_map_close(json->gen);
	yajl_gen_get_buf(json->gen, &line, &size); /* a zero behind it */
	return (const char *)line;
}

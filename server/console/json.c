/* Crash reports as JSON. */
#include "console/json.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"

#include <math.h>

/* Consoles hold any bytes, JSON only Unicode. Most strings are plain: jansson need not look again.
 */
static json_t *text_json(const char *text)
{
	size_t size = 0;
	while (text[size] != '\0' && (unsigned char)text[size] < 0x80) {
		size++;
	}
	json_t *value = text[size] == '\0' ? json_stringn_nocheck(text, size) : json_string(text);
	if (value == NULL) {
		_free_ char *plain = alloc_copy(text);
		for (char *c = plain; *c != '\0'; c++) {
			*c = (unsigned char)*c >= 0x80 ? '?' : *c;
		}
		value = json_string(plain);
	}
	return value;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text == NULL) {
		return;
	}
	json_object_set_new_nocheck(object, key, text_json(text));
}

static void set_number(json_t *object, const char *key, int64_t number)
{
	if (number != CONSOLE_UNKNOWN) {
		json_object_set_new_nocheck(object, key, json_integer(number));
	}
}

static json_t *alts_json(const struct console_report *report)
{
	json_t *alts = json_array();
	for (size_t i = 0; i < report->n_alts; i++) {
		json_array_append_new(alts, text_json(report->alts[i]));
	}
	return alts;
}

static json_t *frames_json(const struct console_report *report)
{
	json_t *frames = json_array();
	for (size_t i = 0; i < report->n_frames; i++) {
		const struct console_frame *f = &report->frames[i];
		json_t *frame = json_object();
		set_text(frame, "function", f->function);
		if (f->has_offset) {
			set_number(frame, "offset", (int64_t)f->offset_bytes);
			set_number(frame, "size", (int64_t)f->size_bytes);
		}
		set_text(frame, "module", f->module);
		set_text(frame, "file", f->file);
		if (f->file != NULL) {
			set_number(frame, "line", f->line);
		}
		json_object_set_new_nocheck(frame, "reliable", json_boolean(f->is_reliable));
		if (f->is_fault) {
			json_object_set_new_nocheck(frame, "fault", json_true());
		}
		if (f->is_inline) {
			json_object_set_new_nocheck(frame, "inline", json_true());
		}
		json_array_append_new(frames, frame);
	}
	return frames;
}

static json_t *page_json(const struct console_page *page)
{
	json_t *object = json_object();
	set_text(object, "reason", page->reason);
	set_text(object, "address", page->address);
	set_number(object, "refcount", page->refcount);
	set_number(object, "mapcount", page->mapcount);
	set_text(object, "mapping", page->mapping);
	set_number(object, "index", page->index);
	set_number(object, "pfn", page->pfn);
	set_number(object, "order", page->order);
	set_number(object, "entire_mapcount", page->entire_mapcount);
	set_number(object, "nr_pages_mapped", page->pages_mapped);
	set_number(object, "pincount", page->pincount);
	set_text(object, "aops", page->aops);
	set_number(object, "ino", page->inode);
	set_text(object, "dentry", page->dentry);
	set_text(object, "flags", page->flags);
	set_text(object, "memcg", page->memcg);
	set_text(object, "type", page->type);
	json_t *raw = json_array();
	for (size_t i = 0; i < page->n_raw; i++) {
		json_array_append_new(raw, text_json(page->raw[i]));
	}
	json_object_set_new_nocheck(object, "raw", raw);
	return object;
}

static json_t *limits_json(unsigned limits)
{
	json_t *names = json_array();
	static const char *const name[] = {"text", "line", "frames"};
	for (unsigned i = 0; i < 3; i++) {
		if (limits & (1u << i)) {
			json_array_append_new(names, json_string(name[i]));
		}
	}
	return names;
}

json_t *console_report_json(const struct console_report *report)
{
	json_t *object = json_object();
	set_text(object, "title", report->title);
	set_text(object, "type", report->type);
	json_object_set_new_nocheck(object, "alt", alts_json(report));
	set_text(object, "frame", report->function);
	set_text(object, "file", report->file);
	json_object_set_new_nocheck(object, "corrupted", json_boolean(report->is_corrupted));
	set_text(object, "corrupted_why", report->corrupted_why);
	json_object_set_new_nocheck(object, "panicked", json_boolean(report->is_panicked));
	json_object_set_new_nocheck(object, "suppressed", json_boolean(report->is_suppressed));
	json_object_set_new_nocheck(object, "final", json_boolean(report->is_final));
	set_number(object, "start", (int64_t)report->start_bytes);
	set_number(object, "end", (int64_t)report->end_bytes);
	set_number(object, "lead", (int64_t)report->lead_bytes);
	if (!isnan(report->uptime_s)) {
		json_object_set_new_nocheck(object, "uptime_s", json_real(report->uptime_s));
	}
	set_text(object, "arch", report->arch);
	set_number(object, "cpu", report->cpu);
	set_number(object, "pid", report->pid);
	set_text(object, "comm", report->comm);
	set_text(object, "kernel", report->kernel);
	set_text(object, "taint", report->taint);
	set_text(object, "trap", report->trap);
	set_text(object, "instruction", report->instruction);
	set_text(object, "code", report->code);
	json_object_set_new_nocheck(object, "frames", frames_json(report));
	if (report->page != NULL) {
		json_object_set_new_nocheck(object, "page", page_json(report->page));
	}
	if (report->limits != 0) {
		json_object_set_new_nocheck(object, "limits", limits_json(report->limits));
	}
	json_object_set_new_nocheck(object, "reader", json_integer(CONSOLE_READER_VERSION));
	return object;
}

/* A report as text: the title, then a line for each kind of thing that is known, then the stack.
 * What the console does not say is left out. */
#include "console/text.h"

#include <inttypes.h>
#include <math.h>

static void print_named(FILE *out, const char *name, const char *text)
{
	if (text != NULL && *text != '\0') {
		fprintf(out, ", %s %s", name, text);
	}
}

static void print_number(FILE *out, const char *name, int64_t number)
{
	if (number != CONSOLE_UNKNOWN) {
		fprintf(out, ", %s %" PRId64, name, number);
	}
}

static void print_hex(FILE *out, const char *name, int64_t number)
{
	if (number != CONSOLE_UNKNOWN) {
		fprintf(out, ", %s 0x%" PRIx64, name, (uint64_t)number);
	}
}

static void print_state(FILE *out, const struct console_report *report)
{
	fprintf(out, "  bytes %" PRIu64 " to %" PRIu64, report->lead_bytes, report->end_bytes);
	print_named(out, "type", report->type);
	print_named(out, "corrupted:", report->corrupted_why);
	fputs(report->is_panicked ? ", the kernel panicked" : "", out);
	fputs(report->is_suppressed ? ", not the kernel's fault" : "", out);
	fputs(report->is_final ? "" : ", may still grow", out);
	fputc('\n', out);
	for (size_t i = 0; i < report->n_alts; i++) {
		fprintf(out, "  also %s\n", report->alts[i]);
	}
}

static void print_task(FILE *out, const struct console_report *report)
{
	fprintf(out, "  on %s", report->arch != NULL ? report->arch : "an unknown architecture");
	print_named(out, "kernel", report->kernel);
	print_named(out, "task", report->comm);
	print_number(out, "pid", report->pid);
	print_number(out, "cpu", report->cpu);
	print_named(out, "taint", report->taint);
	if (!isnan(report->uptime_s)) {
		fprintf(out, ", after %.3f s", report->uptime_s);
	}
	fputc('\n', out);
	if (report->trap != NULL || report->instruction != NULL || report->file != NULL) {
		fprintf(out, "  at %s", report->function != NULL ? report->function : "?");
		print_named(out, "trap", report->trap);
		print_named(out, "instruction", report->instruction);
		print_named(out, "file", report->file);
		fputc('\n', out);
	}
}

static void print_page(FILE *out, const struct console_page *page)
{
	fprintf(out, "  page %s", page->address != NULL ? page->address : "");
	print_number(out, "refcount", page->refcount);
	print_number(out, "mapcount", page->mapcount);
	print_named(out, "mapping", page->mapping);
	print_hex(out, "index", page->index);
	print_hex(out, "pfn", page->pfn);
	print_number(out, "order", page->order);
	print_number(out, "entire mapcount", page->entire_mapcount);
	print_number(out, "pages mapped", page->pages_mapped);
	print_number(out, "pincount", page->pincount);
	print_named(out, "memcg", page->memcg);
	print_named(out, "type", page->type);
	fprintf(out, "\n  dumped because %s", page->reason != NULL ? page->reason : "?");
	print_named(out, "aops", page->aops);
	print_hex(out, "inode", page->inode);
	print_named(out, "dentry", page->dentry);
	print_named(out, "flags", page->flags);
	for (size_t i = 0; i < page->n_raw; i++) {
		fprintf(out, "%s%s", i % 4 == 0 ? "\n  raw  " : " ", page->raw[i]);
	}
	fputc('\n', out);
}

static void print_frame(FILE *out, const struct console_frame *frame)
{
	fprintf(out, "    %s%s", frame->is_reliable ? "" : "? ", frame->function);
	if (frame->has_offset) {
		fprintf(out, "+0x%" PRIx64, frame->offset_bytes);
	}
	if (frame->size_bytes > 0) {
		fprintf(out, "/0x%" PRIx64, frame->size_bytes);
	}
	if (frame->module != NULL) {
		fprintf(out, " [%s]", frame->module);
	}
	if (frame->file != NULL) {
		fprintf(out, " %s:%d", frame->file, frame->line);
	}
	fputs(frame->is_inline ? " inlined\n" : "\n", out);
}

void console_report_print(FILE *out, const char *name, const struct console_report *report)
{
	if (report == NULL) {
		fprintf(out, "%s: no crash report\n", name);
		return;
	}
	fprintf(out, "%s: %s\n", name, report->title);
	print_state(out, report);
	print_task(out, report);
	if (report->page != NULL) {
		print_page(out, report->page);
	}
	for (size_t i = 0; i < report->n_frames; i++) {
		print_frame(out, &report->frames[i]);
	}
}

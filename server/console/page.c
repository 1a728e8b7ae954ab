/* Page dumps, as dump_page() printed them from 4.x to 6.x. Their fields are factors: which file
 * system's pages, which state, which memory cgroup. */
#include "console/report.h"

#include <stdlib.h>
#include <string.h>

enum {
	RAW_WORDS_MAX = 32, /* two pages of eight words each, and room */
	NUMBER_DIGITS = 20,
};

bool page_is_reason(struct text line)
{
	/* KASAN dumps pages within its own reports */
	return text_starts(line, "page dumped because: ") &&
	       !text_starts(line, "page dumped because: kasan:");
}

bool page_is_start(struct text line)
{
	return text_starts(line, "page:") &&
	       ((text_has(line, "count:") && text_has(line, " mapcount:")) ||
		       text_has(line, " is uninitialized and poisoned"));
}

bool page_is_owner(struct text line)
{
	return text_starts(line, "page_owner ") || text_starts(line, "page last ") ||
	       (text_starts(line, " ") && text_has(line, "+0x"));
}

/* What stands right before a report, or a page dump before that. */
static bool is_opening(struct text line)
{
	return (text_starts(line, "-----") && text_has(line, "[ cut here ]")) ||
	       text_starts(line, "8<--- cut here") || text_starts(line, "=====") ||
	       text_starts(line, "BUG: Dentry");
}

size_t page_lead(const struct lines *lines)
{
	size_t n = lines->n;
	size_t first = n;
	size_t plain = 0;
	for (size_t i = n; i > 0 && plain < PAGE_NEAR_LINES; i--) {
		plain += page_is_owner(lines->line[i - 1].text) ? 0 : 1;
		if (n - i < PAGE_NEAR_LINES && is_opening(lines->line[i - 1].text)) {
			first = i - 1;
		}
		if (!page_is_reason(lines->line[i - 1].text)) {
			continue;
		}
		for (size_t k = i - 1; k > 0; k--) {
			if (page_is_start(lines->line[k - 1].text)) {
				return k - 1;
			}
		}
		return i - 1;
	}
	return first;
}

/* The number behind `key`, decimal or hex; CONSOLE_UNKNOWN when it is not there. `hex` for numbers
 * that are hex without saying so. */
static int64_t number_behind(struct text line, const char *key, bool hex)
{
	const char *at = text_find(line, key, strlen(key));
	if (at == NULL) {
		return CONSOLE_UNKNOWN;
	}
	at += strlen(key);
	char digits[NUMBER_DIGITS + 1];
	size_t room = (size_t)(line.at + line.size - at);
	size_t n = room < NUMBER_DIGITS ? room : NUMBER_DIGITS;
	memcpy(digits, at, n);
	digits[n] = '\0';
	char *end;
	uint64_t wide = strtoull(digits, &end, hex || strncmp(digits, "0x", 2) == 0 ? 16 : 10);
	return end == digits || (int64_t)wide == CONSOLE_UNKNOWN ? CONSOLE_UNKNOWN : (int64_t)wide;
}

/* The same under the name of new kernels or that of old ones. */
static int64_t number_of_either(struct text line, const char *name, const char *old_name)
{
	int64_t number = number_behind(line, name, false);
	return number != CONSOLE_UNKNOWN ? number : number_behind(line, old_name, false);
}

static void read_first(struct report *report, struct console_page *page, struct text line)
{
	struct match m;
	if (match_line("^page:%S ", line, &m)) {
		page->address = report_copy(report, m.capture[0]);
	}
	page->refcount = number_behind(line, "count:", false);
	page->mapcount = number_behind(line, " mapcount:", false);
	if (match_line("mapping:%_%S{ |}", line, &m)) {
		page->mapping = report_copy(report, m.capture[0]);
	}
	page->index = number_behind(line, "index:", false);
	page->pfn = number_behind(line, "pfn:", false);
}

/* "aops:xfs_address_space_operations [xfs] ino:83 dentry name(?):"f0"", or the two words of old
 * kernels. */
static void read_mapping(struct report *report, struct console_page *page, struct text line)
{
	struct match m;
	if (match_line("^aops:%S\n^%S", line, &m) &&
		(text_starts(line, "aops:") || text_has(m.capture[0], "_aops") ||
			text_has(m.capture[0], "address_space_operations"))) {
		page->aops = report_copy(report, m.capture[0]);
	}
	if (text_has(line, " ino:")) {
		page->inode = number_behind(line, " ino:", true);
	}
	if (match_line("name:{\\|}\"%s{\\|}\"\ndentry name%(?):{\\|}\"%s{\\|}\"", line, &m)) {
		page->dentry = report_copy(report, m.capture[0]);
	}
}

static void read_raw(
	struct report *report, struct console_page *page, const char **words, struct text line)
{
	const char *end = line.at + line.size;
	const char *at = line.at + 4;
	while (at < end && page->n_raw < RAW_WORDS_MAX) {
		while (at < end && *at == ' ') {
			at++;
		}
		struct text word = {at, 0};
		while (at < end && *at != ' ') {
			at++;
		}
		word.size = (size_t)(at - word.at);
		if (word.size > 0) {
			words[page->n_raw++] = report_copy(report, word);
		}
	}
}

/* Lines that begin with other letters than these say where the page is mapped. */
static bool read_state(struct report *report, struct console_page *page, struct text line)
{
	struct match m;
	switch (line.size > 0 ? *line.at : '\0') {
	case 'a':
	case 'f':
	case 'k':
		if (match_line("^{anon |ksm |}flags: %r", line, &m)) {
			page->flags = report_copy(report, m.capture[0]);
			return true;
		}
		return false;
	case 'h':
		if (match_line("^head:*order:", line, NULL)) {
			page->order = number_behind(line, "order:", false);
			page->entire_mapcount =
				number_of_either(line, "entire_mapcount:", " compound_mapcount:");
			page->pages_mapped =
				number_of_either(line, "nr_pages_mapped:", "compound_nr_mapped:");
			page->pincount = number_behind(line, "pincount:", false);
		}
		return true;
	case 'm':
	case 'p':
		if (match_line("^{memcg:|page->mem_cgroup:|page->memcg_data:}%S", line, &m)) {
			page->memcg = report_copy(report, m.capture[0]);
		} else if (match_line("^page_type: %r", line, &m)) {
			page->type = report_copy(report, m.capture[0]);
		} else if (match_line("^page dumped because: %r", line, &m)) {
			page->reason = report_copy(report, m.capture[0]);
		} else {
			return false;
		}
		return true;
	default:
		return false;
	}
}

static void read_dump_line(
	struct report *report, struct console_page *page, const char **words, struct text line)
{
	if (text_starts(line, "raw: ")) {
		read_raw(report, page, words, line);
	} else if (!read_state(report, page, line)) {
		read_mapping(report, page, line);
	}
}

static bool ends_dump(const struct line *line)
{
	static const char *const starts[] = {"----", "kernel BUG", "BUG:", "WARNING:"};
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (text_starts(line->text, starts[i])) {
			return true;
		}
	}
	return line->facts.what == WHAT_TASK || line->facts.what == WHAT_MODULES ||
	       line->facts.what == WHAT_CALL_TRACE;
}

static bool read_dump(struct report *report, const struct lines *lines)
{
	size_t i = 0;
	while (i < lines->n && !page_is_start(lines->line[i].text)) {
		i++;
	}
	if (i == lines->n) {
		return false;
	}
	const char *words[RAW_WORDS_MAX];
	const struct console_page empty = {
		.inode = CONSOLE_UNKNOWN,
		.order = 0,
		.entire_mapcount = CONSOLE_UNKNOWN,
		.pages_mapped = CONSOLE_UNKNOWN,
		.pincount = CONSOLE_UNKNOWN,
	};
	struct console_page *page = report_keep(report, &empty, sizeof(empty));
	read_first(report, page, lines->line[i].text);
	for (i++; i < lines->n && !ends_dump(&lines->line[i]); i++) {
		read_dump_line(report, page, words, lines->line[i].text);
	}
	if (page->n_raw > 0) {
		page->raw = report_keep(report, words, page->n_raw * sizeof(words[0]));
	}
	report->public.page = page;
	return true;
}

void page_read(struct report *report, const struct lines *lead, const struct lines *lines)
{
	if (read_dump(report, lead) || !read_dump(report, lines)) {
		return;
	}
	const char *reason = report->public.page->reason;
	if (reason != NULL && strncmp(reason, "VM_", 3) == 0) {
		report->public.page = NULL; /* stands before the next report, which it belongs to */
	}
}

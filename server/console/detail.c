/* Who crashed, where and on what, read off the lines that every oops carries in some spelling. */
#include "console/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAINT_MAX = 32,
	DIGITS_MAX = 10,
	CODE_LINES = 4, /* of hex words below "Instruction dump:" */
	CODE_BYTES = 512,
};

static int64_t number(struct text digits)
{
	int64_t value = 0;
	if (digits.size == 0 || digits.size > DIGITS_MAX) {
		return CONSOLE_UNKNOWN;
	}
	for (size_t i = 0; i < digits.size; i++) {
		value = value * 10 + (digits.at[i] - '0');
	}
	return value;
}

struct arch_word {
	const char *word;
	const char *arch;
};

/* Beginnings of functions that only one architecture has. */
static const struct arch_word functions[] = {
	{"__arm64_sys_", "arm64"},
	{"__dabt_svc", "arm"},
	{"el0_svc", "arm64"},
	{"el0t_64_", "arm64"},
	{"el1h_64_", "arm64"},
	{"entry_INT80_32", "i386"},
	{"entry_SYSCALL_64", "x86_64"},
	{"invoke_syscall", "arm64"},
	{"ret_fast_syscall", "arm"},
	{"ret_from_fork_asm", "x86_64"},
	{"ret_from_kernel_user_thread", "ppc64"},
	{"secondary_startup_64", "x86_64"},
	{"system_call_common", "ppc64"},
	{"system_call_exception", "ppc64"},
	{"system_call_vectored_common", "ppc64"},
};

/* Beginnings of lines that only one prints. */
static const struct arch_word starts[] = {
	{"BE PAGE_SIZE=", "ppc64"},
	{"EIP is at ", "i386"},
	{"EIP: ", "i386"},
	{"ERA: ", "loongarch64"},
	{"Instruction dump:", "ppc64"},
	{"Krnl PSW", "s390x"},
	{"LE PAGE_SIZE=", "ppc64le"},
	{"NIP [", "ppc64"},
	{"RIP: 0010:", "x86_64"},
	{"RIP: 0033:", "x86_64"},
	{"cpu 0x", "ppc64"},
	{"epc : ", "riscv64"},
	{"pstate: ", "arm64"},
};

/* What the compiler that built it says in the kernel's first line. */
static const struct arch_word triplets[] = {
	{"aarch64-linux", "arm64"},
	{"arm-linux", "arm"},
	{"loongarch64-", "loongarch64"},
	{"powerpc64-", "ppc64"},
	{"powerpc64le-", "ppc64le"},
	{"riscv64-", "riscv64"},
	{"s390x-", "s390x"},
	{"x86_64-linux", "x86_64"},
};

static const char *arch_of(const struct arch_word *words, size_t n, struct text text)
{
	for (size_t i = 0; i < n; i++) {
		if (text.size > 0 && *words[i].word == *text.at &&
			text_starts(text, words[i].word)) {
			return words[i].arch;
		}
	}
	return NULL;
}

const char *detail_boot_arch(struct text line)
{
	for (size_t i = 0; i < sizeof(triplets) / sizeof(triplets[0]); i++) {
		if (text_has(line, triplets[i].word)) {
			return triplets[i].arch;
		}
	}
	return NULL;
}

static const char *line_arch(const struct line *line)
{
	if (line->facts.what == WHAT_FRAME) {
		size_t n = sizeof(functions) / sizeof(functions[0]);
		const char *arch = arch_of(functions, n, line_function(line));
		arch = arch != NULL ? arch : arch_of(functions, n, line_caller(line));
		bool is_power = arch == NULL && match_line("^%_[c%x] [c%x] ", line->text, NULL);
		return is_power ? "ppc64" : arch;
	}
	struct text start = text_behind_spaces(line->text);
	const char *arch = arch_of(starts, sizeof(starts) / sizeof(starts[0]), start);
	if (arch != NULL || line->facts.what != WHAT_MARK) {
		return arch;
	}
	if (text_starts(start, "MSR: ")) {
		return match_line("<*,LE>", start, NULL) ? "ppc64le" : NULL;
	}
	/* behind "pc : [<c0a1b20c>]    lr : [<c0a1b304>]" */
	return text_has(start, "pstate: ") ? "arm64" : text_has(start, " psr: ") ? "arm" : NULL;
}

/* Next word of `rest`, which moves on behind it; size 0 at the end. */
static struct text next_word(struct text *rest)
{
	const char *end = rest->at + rest->size;
	const char *at = rest->at;
	while (at < end && (*at == ' ' || *at == '(')) {
		at++;
	}
	struct text word = {at, 0};
	while (at < end && *at != ' ') {
		at++;
	}
	word.size = (size_t)(at - word.at);
	rest->at = at;
	rest->size = (size_t)(end - at);
	return word;
}

static bool is_taint(struct text word)
{
	for (size_t i = 0; i < word.size; i++) {
		if (!isupper((unsigned char)word.at[i])) {
			return false;
		}
	}
	return word.size <= TAINT_MAX / 2;
}

/* "G      D            6.1.192+ #1 PREEMPT" behind "Tainted: ", "6.1.192+ #1" behind "Not tainted
 * ". */
static void read_kernel(
	struct console_report *out, struct report *report, struct text rest, bool is_tainted)
{
	char taint[TAINT_MAX + 1];
	size_t size = 0;
	struct text word = next_word(&rest);
	while (is_tainted && word.size > 0 && is_taint(word) && size + word.size <= TAINT_MAX) {
		memcpy(taint + size, word.at, word.size);
		size += word.size;
		word = next_word(&rest);
	}
	taint[size] = '\0';
	out->taint = report_keep(report, taint, size);
	struct text behind = rest;
	struct text next = next_word(&behind);
	bool is_release = word.size > 0 && ((next.size > 0 && next.at[0] == '#') ||
						   isdigit((unsigned char)*word.at));
	if (is_release) {
		word.size -= word.at[word.size - 1] == ')' ? 1 : 0;
		out->kernel = report_copy(report, word);
	}
}

/* A line that breaks off behind the name, as mail programs and busy consoles break them. */
static void read_cut_task(struct console_report *out, struct report *report, struct text line)
{
	struct match m;
	if (out->comm != NULL || !match_line("CPU: %d *PID: %d Comm: %r", line, &m)) {
		return;
	}
	struct match name;
	struct text comm = m.capture[2];
	if (match_line("^%s Kdump: \n^%s Not%_$", comm, &name)) {
		comm = name.capture[0];
	}
	while (comm.size > 0 && comm.at[comm.size - 1] == ' ') {
		comm.size--;
	}
	out->cpu = number(m.capture[0]);
	out->pid = number(m.capture[1]);
	out->comm = report_copy(report, comm);
}

/* "CPU: 1 PID: 71 Comm: migstress Tainted: G      D            6.1.192+ #2" and its older forms. */
static void read_task(struct console_report *out, struct report *report, struct text line)
{
	struct match m;
	if (match_line("CPU: %d *PID: %d Comm: %s {Not tainted|Tainted:}%r", line, &m)) {
		struct match kdump;
		struct text comm = m.capture[2];
		if (match_line("^%s Kdump: ", comm, &kdump)) {
			comm = kdump.capture[0];
		}
		out->cpu = number(m.capture[0]);
		out->pid = number(m.capture[1]);
		out->comm = report_copy(report, comm);
	} else if (match_line("^%_pid   = %d, comm = %r", line, &m)) {
		out->pid = number(m.capture[0]);
		out->comm = report_copy(report, m.capture[1]);
		return;
	} else if (match_line("Pid: %d, comm: %s {Not tainted|Tainted:}%r", line, &m)) {
		out->pid = number(m.capture[0]);
		out->comm = report_copy(report, m.capture[1]);
	} else if (match_line("^CPU: %d *{Not tainted|Tainted:}%r", line, &m)) {
		out->cpu = number(m.capture[0]);
	} else {
		read_cut_task(out, report, line);
		return;
	}
	struct text rest = m.capture[m.n - 1];
	read_kernel(out, report, rest, rest.at[-1] == ':');
}

/* What the first line itself says: "CPU#0 stuck for 134s! [comm:pid]", "task comm:pid blocked". */
static void read_header(struct console_report *out, struct report *report, struct text line)
{
	struct match m;
	if (match_line("CPU#%d stuck for * [%r", line, &m) ||
		match_line("INFO: task %s blocked for", line, &m) ||
		match_line("INFO: task %s can't die", line, &m)) {
		struct text task = m.capture[m.n - 1];
		task.size -= task.size > 0 && task.at[task.size - 1] == ']' ? 1 : 0;
		const char *colon = memrchr(task.at, ':', task.size);
		if (colon == NULL) {
			return;
		}
		struct text pid = {colon + 1, (size_t)(task.at + task.size - colon - 1)};
		out->cpu = m.n > 1 ? number(m.capture[0]) : CONSOLE_UNKNOWN;
		out->pid = number(pid);
		out->comm = report_copy(report, (struct text){task.at, (size_t)(colon - task.at)});
	}
}

static void read_trap(struct console_report *out, struct report *report, struct text line)
{
	struct match m;
	if (match_line("TRAP: %S\nOops: %S [#\nInternal error: *: %S [#", line, &m)) {
		out->trap = report_copy(report, m.capture[0]);
	}
	if (out->kernel == NULL && match_line("^REGS: * TRAP: * %(%S", line, &m)) {
		m.capture[0].size--; /* ")" */
		out->kernel = report_copy(report, m.capture[0]);
	}
}

/* The lines of hex words below "Instruction dump:", as one text in `out`. */
static struct text gather_words(const struct lines *lines, size_t i, char out[CODE_BYTES])
{
	size_t size = 0;
	for (size_t n = i + 1; n < lines->n && n <= i + CODE_LINES; n++) {
		struct text words = lines->line[n].text;
		while (words.size > 0 && words.at[words.size - 1] == ' ') {
			words.size--;
		}
		if (!match_line("^{<|}%x ", words, NULL) || size + words.size >= CODE_BYTES) {
			break;
		}
		memcpy(out + size, words.at, words.size);
		size += words.size;
		out[size++] = '\n'; /* the last is taken off again */
	}
	return (struct text){out, size};
}

/* The marked word; where single bytes are printed, it and what follows, as far as one instruction
 * of x86 may reach: "0f 0b …" of "<0f> 0b …". */
static const char *read_instruction(struct report *report, struct text code, struct text mark)
{
	enum { BYTES_MAX = 15 };
	char bytes[BYTES_MAX * 3];
	if (mark.size != 2) {
		return report_copy(report, mark);
	}
	memcpy(bytes, mark.at, 2);
	size_t size = 2;
	const char *at = mark.at + 3; /* behind ">" */
	const char *end = code.at + code.size;
	while (size + 3 <= sizeof(bytes) && end - at >= 3 && at[0] == ' ' &&
		isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
		memcpy(bytes + size, at, 3);
		size += 3;
		at += 3;
	}
	return report_copy(report, (struct text){bytes, size});
}

/* "Code: … <0f> 0b …", "Code: … (d4210000)", or the lines of words below "Instruction dump:". */
static void read_code(
	struct console_report *out, struct report *report, const struct lines *lines, size_t i)
{
	struct match m;
	char words[CODE_BYTES];
	struct text code = {0};
	if (match_line("^Code: %r", lines->line[i].text, &m)) {
		code = m.capture[0];
	} else if (text_starts(lines->line[i].text, "Instruction dump:")) {
		code = gather_words(lines, i, words);
	}
	while (code.size > 0 && isspace((unsigned char)code.at[code.size - 1])) {
		code.size--;
	}
	if (code.size == 0) {
		return;
	}
	out->code = report_copy(report, code);
	if (match_line("<%s>", code, &m) || match_line("%(%s)", code, &m)) {
		out->instruction = read_instruction(report, code, m.capture[0]);
	}
}

/* A line of its kind, whatever it says of who, where and on what. */
static void read_line(struct report *report, const struct lines *lines, size_t i, bool has_task)
{
	struct console_report *out = &report->public;
	const struct line *line = &lines->line[i];
	if (line->facts.what == WHAT_TASK && out->taint == NULL) {
		struct console_report kept = *out;
		read_task(out, report, line->text);
		if (has_task) { /* the header's own task is meant, not who found it */
			out->comm = kept.comm;
			out->pid = kept.pid;
			out->cpu = kept.cpu;
		}
	}
	if (out->trap == NULL && line->facts.what == WHAT_TRAP) {
		read_trap(out, report, line->text);
	}
	if (out->code == NULL && line->facts.what == WHAT_CODE) {
		read_code(out, report, lines, i);
	}
	if (out->arch == NULL || strcmp(out->arch, "ppc64") == 0) {
		const char *arch = line_arch(line);
		bool is_better =
			out->arch == NULL || (arch != NULL && strcmp(arch, "ppc64le") == 0);
		out->arch = is_better ? arch : out->arch; /* most lines of POWER know no endian */
	}
}

void detail_read(struct report *report, const struct lines *lines)
{
	if (lines->n > 0) {
		read_header(&report->public, report, lines->line[0].text);
	}
	bool has_task = report->public.comm != NULL;
	for (size_t i = 0; i < lines->n; i++) {
		read_line(report, lines, i, has_task);
	}
}

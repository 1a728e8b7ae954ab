/* Lines are told apart by their first letters; only frames and faulting lines are read closer. */
#include "console/facts.h"

#include <string.h>

/* Starts of lines, sorted by their first byte. Of several that fit the first counts. */
static const struct {
	const char *start;
	enum what what;
} starts[] = {
	{"(stack is not available)", WHAT_NO_STACK},
	{"---[ end trace", WHAT_END},
	{"--- Exception: ", WHAT_INTERRUPT},
	{"--- interrupt: ", WHAT_INTERRUPT},
	{"<IRQ>", WHAT_MARK},
	{"<TASK>", WHAT_MARK},
	{"</IRQ>", WHAT_MARK},
	{"</TASK>", WHAT_MARK},
	{"=====", WHAT_MARK},
	{"Allocated by task ", WHAT_ALLOCATED},
	{"Allocated:", WHAT_ALLOCATED},
	{"Backtrace:", WHAT_BACKTRACE},
	{"CFAR: ", WHAT_MARK},
	{"CPU: ", WHAT_TASK},
	{"CPU:", WHAT_MARK},
	{"CR2: ", WHAT_MARK},
	{"CS:  ", WHAT_MARK},
	{"Call Trace", WHAT_CALL_TRACE},
	{"Call trace", WHAT_CALL_TRACE},
	{"Code: ", WHAT_CODE},
	{"DR0: ", WHAT_MARK},
	{"DR3: ", WHAT_MARK},
	{"Disabling lock debugging due to kernel taint", WHAT_TAINTING},
	{"EFLAGS: ", WHAT_MARK},
	{"EIP is at ", WHAT_FAULT},
	{"EIP: ", WHAT_FAULT},
	{"ERA: ", WHAT_FAULT},
	{"FAULT_FLAG_ALLOW_RETRY missing", WHAT_FOREIGN},
	{"FAULT_INJECTION: forcing a failure", WHAT_FOREIGN},
	{"FS:  ", WHAT_MARK},
	{"Freed by task ", WHAT_FREED},
	{"Freed:", WHAT_FREED},
	{"GPR", WHAT_MARK},
	{"Hardware name: ", WHAT_MARK},
	{"IP: ", WHAT_FAULT},
	{"IRQMASK: ", WHAT_MARK},
	{"Instruction dump:", WHAT_CODE},
	{"Internal error: ", WHAT_TRAP},
	{"Kernel panic - not syncing", WHAT_PANIC},
	{"Krnl PSW : ", WHAT_FAULT},
	{"LR [", WHAT_LINK},
	{"LR is at ", WHAT_LINK},
	{"MSR: ", WHAT_MARK},
	{"Modules linked in", WHAT_MODULES},
	{"NIP ", WHAT_FAULT},
	{"NIP:  ", WHAT_MARK},
	{"NMI backtrace for", WHAT_MARK},
	{"Oops: ", WHAT_TRAP},
	{"Oops ", WHAT_MARK},
	{"PC is at ", WHAT_FAULT},
	{"PGD ", WHAT_MARK},
	{"PSW : ", WHAT_FAULT},
	{"Pid: ", WHAT_TASK},
	{"R10: ", WHAT_MARK},
	{"R13: ", WHAT_MARK},
	{"RAX: ", WHAT_MARK},
	{"RBP: ", WHAT_MARK},
	{"RDX: ", WHAT_MARK},
	{"REGS: ", WHAT_TRAP},
	{"RIP: ", WHAT_FAULT},
	{"RSP: ", WHAT_MARK},
	{"Sending NMI from CPU", WHAT_CPU_TRACES},
	{"Stack:", WHAT_MARK},
	{"Tainted: ", WHAT_MARK},
	{"Uninit was stored to memory at", WHAT_UNINIT},
	{"WARNING: possible circular locking dependency", WHAT_CIRCULAR},
	{"Workqueue: ", WHAT_MARK},
	{"[ INFO: possible circular locking dependency", WHAT_CIRCULAR},
	{"backtrace (crc ", WHAT_LEAK_TRACE},
	{"backtrace:", WHAT_LEAK_TRACE},
	{"cpu 0x", WHAT_MONITOR},
	{"enter ? for help", WHAT_CALL_TRACE},
	{"epc : ", WHAT_FAULT},
	{"epc   : ", WHAT_FAULT},
	{"flags: ", WHAT_MARK},
	{"lr : ", WHAT_LINK},
	{"lr: ", WHAT_LINK},
	{"page dumped because: ", WHAT_MARK},
	{"page:", WHAT_PAGE},
	{"pc : ", WHAT_FAULT},
	{"pc: ", WHAT_FAULT},
	{"pid   = ", WHAT_TASK},
	{"pstate: ", WHAT_MARK},
	{"raw: ", WHAT_MARK},
	{"serialport: VM disconnected.", WHAT_CONSOLE_CUT},
	{"sp : ", WHAT_MARK},
	{"x29: ", WHAT_MARK},
};

/* Where the function stands in a faulting line. Those without one: user space, a bad jump. */
static const char fault[] =
	"IP: %P%f\nIP: %x:%P%f\nEIP is at %f\nPC is at %f\npc : %P%f\nNIP %P%f\nepc%_: %P%f\n"
	"pc: %x: %f\nERA: %x %f\nPSW : %x %x %(%f";
static const char fault_nowhere[] =
	"IP: %x:{ |}0x\nIP: %x:%P{(null)|0x}\nIP: %x:%_%(null\nNIP %P0x\n"
	"pc : %P0x\nPC is at 0x";
static const char link[] = "LR %P%f\nLR is at %f\nlr : %P%f\nlr: %x: %f";

/* arm32: "[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)" and shorter forms */
static const char called[] =
	"^%_%P%(%i+*) from %P%(%f\n^%_%P%(%i) from %P%(%f\n^%_%P%i from %f\n^%_%P%i [*] from %f";

static void set_function(struct facts *facts, struct text line, struct text function)
{
	facts->function_at = (uint16_t)(function.at - line.at);
	facts->function_size = (uint16_t)function.size;
}

/* The first row whose first byte is not below c. */
static size_t first_row(char c)
{
	size_t low = 0;
	size_t high = sizeof(starts) / sizeof(starts[0]);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (starts[middle].start[0] < c) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static enum what by_start(struct text rest)
{
	if (rest.size < 2) {
		return WHAT_OTHER;
	}
	size_t i = first_row(rest.at[0]);
	while (i < sizeof(starts) / sizeof(starts[0]) && starts[i].start[0] == rest.at[0]) {
		if (starts[i].start[1] == rest.at[1] && text_starts(rest, starts[i].start)) {
			return starts[i].what;
		}
		i++;
	}
	return WHAT_OTHER;
}

/* Headings behind what else got onto the line. */
static enum what by_heading(struct text line)
{
	const char *at = text_find(line, "race", 4);
	if (at == NULL || at - line.at < 5) {
		return WHAT_OTHER;
	}
	struct text name = {at - 5, (size_t)(line.at + line.size - at + 5)};
	if (text_starts(name, "all T") || text_starts(name, "all t")) {
		return WHAT_CALL_TRACE;
	}
	if (text_starts(name, "acktrace:")) {
		bool is_small = name.at > line.at && name.at[-1] == 'b';
		return !is_small ? WHAT_BACKTRACE
		       : name.at - line.at > 2 && name.at[-2] == ' ' && name.at[-3] != 'k'
			       ? WHAT_LEAK_TRACE
			       : WHAT_OTHER;
	}
	return WHAT_OTHER;
}

static void read_fault(struct facts *facts, struct text line)
{
	struct match m;
	facts->what = WHAT_FAULT;
	if (match_line(fault, line, &m)) {
		set_function(facts, line, m.capture[0]);
	} else if (!match_line(fault_nowhere, line, NULL)) {
		facts->what = WHAT_MARK;
	}
}

/* Lines that matter only when they name a function. */
static void read_named(struct facts *facts, struct text line, const char *pattern)
{
	struct match m;
	if (match_line(pattern, line, &m)) {
		set_function(facts, line, m.capture[0]);
	} else {
		facts->what = WHAT_MARK;
	}
}

/* "? f+0x1/0x2", behind addresses or "<hex>"; not where the line says that an interrupt ends there.
 */
static bool is_questionable(struct text line, struct text rest)
{
	if (rest.size == 0 || (rest.at[0] != '?' && rest.at[0] != '<')) {
		return false;
	}
	bool is_mark = text_starts(rest, "? ") || match_line("^<%x> ? \n^<%i> %P? ", rest, NULL);
	return is_mark && !text_has(line, "<EOI>");
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The function of "f.part.0+0x1/0x2"; size 0 when there is none. POWER's entry points begin with a
 * dot. Written by hand, since every line passes here. */
static struct text frame_function(struct text rest)
{
	const char *end = rest.at + rest.size;
	const char *at = rest.at + (rest.size > 0 && rest.at[0] == '.' ? 1 : 0);
	struct text name = {at, 0};
	if (at == end || (*at >= '0' && *at <= '9')) {
		return name; /* "6.1.0 #1 Not tainted" */
	}
	while (at < end && is_name(*at)) {
		at++;
	}
	size_t size = (size_t)(at - name.at);
	while (at < end && (is_name(*at) || *at == '.' || *at == '$')) {
		at++;
	}
	name.size = at < end && *at == '+' ? size : 0;
	return name;
}

/* xmon writes its addresses without brackets: "[c0000001f3a7bb20] c0000000003c1f98 f+0x278/0x4d0",
 * "[link register   ] c000000000350a48 f+0x1/0x2". */
static struct text monitor_function(struct text line, struct text rest)
{
	struct match m;
	bool is_frame =
		line.at[0] == '[' && match_line("^%x %f\n^[link register%_] %x %f", rest, &m);
	return is_frame ? m.capture[0] : (struct text){0};
}

/* arm32: function and caller on one line. */
static bool read_called(struct facts *facts, struct text line, struct text rest)
{
	const char *at = rest.at;
	const char *end = rest.at + rest.size;
	while (at < end && is_name(*at)) {
		at++;
	}
	struct text behind = {at, (size_t)(end - at)};
	struct match m;
	bool is_word = text_starts(behind, " from ") || text_starts(behind, " [");
	if ((at > rest.at ? !is_word : !text_starts(rest, "(")) || !match_line(called, line, &m)) {
		return false;
	}
	facts->what = WHAT_FRAME;
	set_function(facts, line, m.capture[0]);
	facts->caller_at = (uint16_t)(m.capture[1].at - line.at);
	facts->caller_size = (uint16_t)m.capture[1].size;
	return true;
}

/* Function and offset: the line's own frame. */
static bool read_frame(struct facts *facts, struct text line, struct text rest)
{
	struct text function = frame_function(rest);
	if (function.size == 0 && line.size > 0 && line.at[0] == '[') {
		function = monitor_function(line, rest);
	}
	if (function.size == 0) {
		return read_called(facts, line, rest);
	}
	facts->what = WHAT_FRAME;
	set_function(facts, line, function);
	return true;
}

static bool ends_unreliable(struct text line)
{
	static const char mark[] = "(unreliable)";
	size_t size = sizeof(mark) - 1;
	while (line.size > 0 && line.at[line.size - 1] == ' ') {
		line.size--;
	}
	return line.size > size && memcmp(line.at + line.size - size, mark, size) == 0;
}

static void read_other(struct facts *facts, struct text line)
{
	if (facts->what == WHAT_OTHER) {
		facts->what = text_has(line, "vmalloc: allocation failure:")
				      ? WHAT_FOREIGN
				      : (uint8_t)by_heading(line);
	} else if (facts->what == WHAT_FAULT) {
		read_fault(facts, line);
	} else if (facts->what == WHAT_INTERRUPT) {
		read_named(facts, line,
			"--- {interrupt|Exception}: %x at %f\n--- Exception: %x %(*) at %x %f");
	} else if (facts->what == WHAT_LINK) {
		read_named(facts, line, link);
	}
}

struct facts facts_read(struct text line)
{
	struct facts facts = {.what = WHAT_OTHER};
	struct match m;
	struct text start = text_behind_spaces(line);
	struct text rest = text_behind_addresses(start);
	facts.is_questionable = is_questionable(line, rest);
	if (facts.is_questionable) {
		facts.is_unreliable = true;
		facts.what = WHAT_FRAME;
		if (match_line("? %f", rest, &m)) {
			set_function(&facts, line, m.capture[0]);
		}
		return facts;
	}
	if (read_frame(&facts, line, rest)) {
		facts.is_unreliable = ends_unreliable(line);
		return facts;
	}
	facts.what = (uint8_t)by_start(start);
	read_other(&facts, line);
	return facts;
}

/* Lines are told apart by their first letters; only frames and faulting lines are read closer. */
#include "console/facts.h"

#include <ctype.h>
#include <string.h>

/* Starts of lines, sorted by their first byte. Of several that fit the first counts. */
static const struct {
	const char *start;
	enum what what;
} starts[] = {
	{"(stack is not available)", WHAT_NO_STACK},
	{"---[ end trace", WHAT_END},
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
	{"NIP [", WHAT_FAULT},
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
	{"epc : ", WHAT_FAULT},
	{"epc   : ", WHAT_FAULT},
	{"flags: ", WHAT_MARK},
	{"lr : ", WHAT_LINK},
	{"page dumped because: ", WHAT_MARK},
	{"page:", WHAT_PAGE},
	{"pc : ", WHAT_FAULT},
	{"pstate: ", WHAT_MARK},
	{"raw: ", WHAT_MARK},
	{"serialport: VM disconnected.", WHAT_CONSOLE_CUT},
	{"sp : ", WHAT_MARK},
	{"x29: ", WHAT_MARK},
};

/* Where the function stands in a faulting line. Those without one: user space, a bad jump. */
static const char fault[] =
	"IP: %P%f\nIP: %x:%P%f\nEIP is at %f\nPC is at %f\npc : %P%f\nNIP %P%f\nepc%_: %P%f\n"
	"ERA: %x %f\nPSW : %x %x %(%f";
static const char fault_nowhere[] =
	"IP: %x:{ |}0x\nIP: %x:%P{(null)|0x}\nIP: %x:%_%(null\nNIP %P0x\n"
	"pc : %P0x\nPC is at 0x";
static const char link[] = "LR %P%f\nLR is at %f\nlr : %P%f";

/* arm32: "[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)" and shorter forms */
static const char called[] = "^%_%P%(%i+*) from %P%(%f\n^%_%P%(%i) from %P%(%f\n^%_%P%i from %f";

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
	bool is_mark = text_starts(rest, "? ");
	if (!is_mark && rest.size > 0 && rest.at[0] == '<') {
		is_mark = match_line("^<%x> ? \n^<%i> %P? ", rest, NULL);
	}
	return is_mark && !text_has(line, "<EOI>");
}

/* Function and offset: the line's own frame. */
static bool read_frame(struct facts *facts, struct text line, struct text rest)
{
	struct match m;
	if (match_line("^%f", rest, &m)) {
		facts->what = WHAT_FRAME;
		set_function(facts, line, m.capture[0]);
		return true;
	}
	bool is_arm = rest.size > 0 && (rest.at[0] == '(' || text_has(rest, " from "));
	if (is_arm && match_line(called, line, &m)) {
		facts->what = WHAT_FRAME;
		set_function(facts, line, m.capture[0]);
		facts->caller_at = (uint16_t)(m.capture[1].at - line.at);
		facts->caller_size = (uint16_t)m.capture[1].size;
		return true;
	}
	return false;
}

struct facts facts_read(struct text line)
{
	struct facts facts = {.what = WHAT_OTHER};
	struct match m;
	match_line("^%_%P%r", line, &m);
	struct text rest = m.capture[0];
	struct text start = {line.at, line.size};
	while (start.size > 0 && (*start.at == ' ' || *start.at == '\t')) {
		start.at++;
		start.size--;
	}
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
		facts.is_unreliable =
			line.size > 12 && memcmp(line.at + line.size - 12, "(unreliable)", 12) == 0;
		return facts;
	}
	facts.what = (uint8_t)by_start(start);
	if (facts.what == WHAT_OTHER) {
		facts.what = text_has(line, "vmalloc: allocation failure:")
				     ? WHAT_FOREIGN
				     : (uint8_t)by_heading(line);
	}
	if (facts.what == WHAT_FAULT) {
		read_fault(&facts, line);
	} else if (facts.what == WHAT_INTERRUPT) {
		read_named(&facts, line, "--- interrupt: %x at %f");
	} else if (facts.what == WHAT_LINK) {
		read_named(&facts, line, link);
	}
	return facts;
}

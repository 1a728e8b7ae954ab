/* Guilty functions. The convention is the field's: see ../shared/design/console-reports.md, 5. */
#include "console/guilty.h"

#include "console/skip.h"

#include <string.h>

enum { FRAMES_MAX = 256 /* considered of one stack; the guilty one is never that deep */ };

struct search {
	const struct recipe *recipe;
	struct text frames[FRAMES_MAX];
	int n;
	bool is_spoiled;
};

static const char *const syscall_prefixes[GUILTY_SPELLINGS - 1] = {
	"__arm64_",
	"__ia32_",
	"__riscv_",
	"__s390_",
	"__s390x_",
	"__x64_",
	"____sys_",
	"___sys_",
	"__sys_",
	"__se_sys_",
	"__se_",
	"__do_sys_",
	"SYSC_",
	"SyS_",
	"sys_",
	"compat_SYSC_",
	"compat_SyS_",
	"ksys_",
};

struct text guilty_spelling(struct text function, size_t way)
{
	if (way == 0) {
		return function;
	}
	const char *prefix = syscall_prefixes[way - 1];
	size_t size = strlen(prefix);
	if (!text_starts(function, prefix)) {
		return (struct text){0};
	}
	return (struct text){function.at + size, function.size - size};
}

/* The shortest spelling. */
static struct text cut(struct text function)
{
	struct text best = function;
	for (size_t way = 1; way < GUILTY_SPELLINGS; way++) {
		struct text spelling = guilty_spelling(function, way);
		if (spelling.size > 0 && spelling.size < best.size) {
			best = spelling;
		}
	}
	return best;
}

static bool is_skipped(const struct recipe *recipe, struct text function)
{
	for (const char *const *skip = recipe->skip; skip != NULL && *skip != NULL; skip++) {
		if (skip_fits(*skip, function)) {
			return true;
		}
	}
	return skip_general(function);
}

static void keep_frame(struct search *search, struct text function)
{
	bool is_found = search->recipe->pick == PICK_TOP && search->n > 0;
	if (function.size == 0 || search->n == FRAMES_MAX || is_found) {
		return;
	}
	if (!is_skipped(search->recipe, function)) {
		search->frames[search->n++] = function;
	}
}

/* Fault injection prints stacks of its own into other reports: a step ends there. */
static bool is_spoiling(const struct line *line)
{
	struct text function = line_function(line);
	return line->facts.what == WHAT_FRAME && text_has(function, "should_fail");
}

/* Whether a line is what a step looks for; keeps the functions that it names. */
static bool is_step(struct search *search, const char *step, const struct line *line)
{
	enum what what = line->facts.what;
	bool is_fault = what == WHAT_FAULT;
	bool is_it = false;
	if (strcmp(step, STEP_FAULT) == 0) {
		is_it = is_fault;
	} else if (strcmp(step, STEP_FAULT_OR_INTERRUPT) == 0) {
		is_it = is_fault || what == WHAT_INTERRUPT;
	} else if (strcmp(step, STEP_TRACE) == 0) {
		return what == WHAT_CALL_TRACE || what == WHAT_BACKTRACE;
	} else {
		struct match m;
		is_it = match_line(step, line->text, &m);
		for (int i = 0; is_it && i < m.n; i++) {
			keep_frame(search, m.capture[i]);
		}
		return is_it;
	}
	if (is_it) {
		keep_frame(search, line_function(line));
	}
	return is_it;
}

/* Reads a stack from lines[i] on, up to a heading or a line that fits `next`. Answers where it
 * stopped: behind the line that ended it. */
static size_t read_frames(struct search *search, const struct line *lines, size_t n, size_t i,
	const char *next, bool *is_next)
{
	for (; i < n; i++) {
		if (what_is_heading(lines[i].facts.what)) {
			return i + 1;
		}
		if (next != NULL && is_step(search, next, &lines[i])) {
			*is_next = true;
			return i + 1;
		}
		if (is_spoiling(&lines[i])) {
			search->is_spoiled = true;
			return i + 1;
		}
		if (lines[i].facts.what == WHAT_FRAME) {
			keep_frame(search, line_function(&lines[i]));
			keep_frame(search, line_caller(&lines[i]));
		}
	}
	return i;
}

/* After a jump to nowhere the link register, on the next line, still names the caller. */
static void keep_link(struct search *search, const struct line *lines, size_t n, size_t i)
{
	bool is_nowhere = lines[i].facts.what == WHAT_FAULT && lines[i].facts.function_size == 0;
	if (is_nowhere && i + 1 < n && lines[i + 1].facts.what == WHAT_LINK) {
		keep_frame(search, line_function(&lines[i + 1]));
	}
}

static size_t find_step(
	struct search *search, const char *step, const struct line *lines, size_t n, size_t i)
{
	for (; i < n; i++) {
		if (is_step(search, step, &lines[i])) {
			keep_link(search, lines, n, i);
			return i + 1;
		}
		if (is_spoiling(&lines[i])) {
			search->is_spoiled = true;
			return i + 1;
		}
	}
	return i;
}

/* Functions from which a stalled loop was entered: what they called names the stall. */
static const char *const stall_anchors[] = {
	"SyS_ioctl",
	"call_read_iter",
	"call_timer_fn",
	"call_write_iter",
	"^compat_sock_ioctl$",
	"cpu_startup_entry",
	"do_dentry_open",
	"do_el0_svc",
	"do_fast_syscall_",
	"__do_fault",
	"do_iter_read",
	"do_iter_write",
	"do_mmap",
	"do_sock_setsockopt",
	"do_softirq",
	"do_syscall_",
	"el0_svc_common",
	"el0_svc_handler",
	"entry_SYSCALL_64",
	"exit_to_user_mode",
	"exit_to_usermode",
	"^__fput$",
	"handle_irq_event",
	"hrtimer_run",
	"invoke_syscall",
	"kernel_accept",
	"kernel_listen",
	"kernel_setsockopt",
	"^kthread$",
	"mmap_region",
	"napi_poll",
	"net_rx_action",
	"netif_receive_skb",
	"^netlink_dump$",
	"new_sync_read",
	"new_sync_write",
	"^nfnetlink_rcv_msg$",
	"process_one_work",
	"ret_fast_syscall",
	"ret_from_fork",
	"^rtnetlink_rcv_msg$",
	"run_ksoftirqd",
	"run_timer_softirq",
	"_run_timers",
	"^setsockopt$",
	"sk_common_release",
	"smp_call_function",
	"smpboot_thread_fn",
	"sock_common_setsockopt",
	"^sock_do_ioctl$",
	"^sock_ioctl$",
	"^sock_mmap$",
	"sock_recvmsg",
	"sock_release",
	"sock_sendmsg",
	"start_secondary",
	"__sys_accept",
	"sys_bind",
	"sys_connect",
	"sys_ioctl",
	"sys_listen",
	"__sys_setsockopt",
	"sysenter_dispatch",
	"^system_call$",
	"system_call_common",
	"system_call_exception",
	"task_work_run",
	"tasklet_action",
	"tracesys_phase2",
	"vfs_ioctl",
	"vfs_iter_read",
	"vfs_iter_write",
	"vfs_open",
	"vfs_read",
	"vfs_write",
	"x64_sys_call",
};

static struct text literal(const char *s)
{
	return (struct text){s, strlen(s)};
}

static bool pick_stall(const struct search *search, struct culprit *out)
{
	for (int i = 0; i < search->n; i++) {
		if (text_has(search->frames[i], "smp_call_function")) {
			*out = (struct culprit){literal("smp_call_function"), search->frames[i]};
			return true;
		}
		for (size_t a = 0; a < sizeof(stall_anchors) / sizeof(stall_anchors[0]); a++) {
			if (skip_fits(stall_anchors[a], search->frames[i])) {
				struct text prev = search->frames[i > 0 ? i - 1 : 0];
				*out = (struct culprit){cut(prev), prev};
				return true;
			}
		}
	}
	return false;
}

/* Waits that many victims of one fault share, gathered under one name. */
static const struct {
	const char *part;
	const char *name; /* NULL: its own */
} hung_anchors[] = {
	{"rtnl_lock", NULL},
	{"synchronize_net", "synchronize_rcu"},
	{"synchronize_rcu", "synchronize_rcu"},
	{"synchronize_sched", "synchronize_rcu"},
	{"synchronize_srcu", "synchronize_rcu"},
};

static const char *const hung_skip[] = {
	"__switch_to",
	"_lock",
	"_slowlock",
	"cancel_delayed_work",
	"completion",
	"context_switch",
	"down",
	"kthread",
	"rcu_barrier",
	"rwsem",
	"sched",
	"synchronize",
	"wait",
};

static bool pick_hung(const struct search *search, struct culprit *out)
{
	for (int i = 0; i < search->n; i++) {
		for (size_t a = 0; a < sizeof(hung_anchors) / sizeof(hung_anchors[0]); a++) {
			if (skip_fits(hung_anchors[a].part, search->frames[i])) {
				const char *name = hung_anchors[a].name;
				*out = (struct culprit){
					name == NULL ? search->frames[i] : literal(name),
					search->frames[i]};
				return true;
			}
		}
	}
	for (int i = 0; i < search->n; i++) {
		bool is_wait = false;
		for (size_t a = 0; a < sizeof(hung_skip) / sizeof(hung_skip[0]) && !is_wait; a++) {
			is_wait = skip_fits(hung_skip[a], search->frames[i]);
		}
		if (!is_wait) {
			*out = (struct culprit){cut(search->frames[i]), search->frames[i]};
			return true;
		}
	}
	return false;
}

static bool pick(const struct search *search, struct culprit *out)
{
	switch (search->recipe->pick) {
	case PICK_STALL:
		return pick_stall(search, out);
	case PICK_HUNG:
		return pick_hung(search, out);
	case PICK_TOP:
		break;
	}
	if (search->n == 0) {
		return false;
	}
	*out = (struct culprit){cut(search->frames[0]), search->frames[0]};
	return true;
}

static int follow(const struct recipe *recipe, const char *const *steps, const struct line *lines,
	size_t n, struct culprit out[2], bool *is_spoiled)
{
	struct search search = {.recipe = recipe};
	int found = 0;
	bool has_stack = false;
	size_t line = 0;
	for (size_t i = 0;; i++) {
		bool is_frames = steps[i] != NULL && strcmp(steps[i], STEP_FRAMES) == 0;
		if (steps[i] == NULL || (is_frames && has_stack)) {
			*is_spoiled = search.is_spoiled;
			if (found == 2 || !pick(&search, &out[found])) {
				return 0;
			}
			found++;
			search.n = 0;
		}
		if (steps[i] == NULL) {
			return found;
		}
		if (!is_frames) {
			line = find_step(&search, steps[i], lines, n, line);
			continue;
		}
		has_stack = true;
		bool is_next = false;
		line = read_frames(&search, lines, n, line, steps[i + 1], &is_next);
		i += is_next ? 1 : 0;
	}
}

int guilty_find(const struct recipe *recipe, const struct line *lines, size_t n,
	struct culprit out[2], bool *is_spoiled)
{
	*is_spoiled = false;
	int found = follow(recipe, recipe->steps, lines, n, out, is_spoiled);
	if (found == 0 && recipe->fallback != NULL) {
		found = follow(recipe, recipe->fallback, lines, n, out, is_spoiled);
	}
	return found;
}

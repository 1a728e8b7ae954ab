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

static const char *const syscall_prefixes[] = {
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

struct text guilty_cut(struct text function)
{
	struct text best = function;
	for (size_t i = 0; i < sizeof(syscall_prefixes) / sizeof(syscall_prefixes[0]); i++) {
		size_t size = strlen(syscall_prefixes[i]);
		if (text_starts(function, syscall_prefixes[i]) &&
			function.size - size < best.size) {
			best.at = function.at + size;
			best.size = function.size - size;
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

static size_t find_step(
	struct search *search, const char *step, const struct line *lines, size_t n, size_t i)
{
	for (; i < n; i++) {
		if (is_step(search, step, &lines[i])) {
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
	"process_one_work",
	"do_syscall_",
	"do_fast_syscall_",
	"sysenter_dispatch",
	"tracesys_phase2",
	"el0_svc_handler",
	"el0_svc_common",
	"invoke_syscall",
	"do_el0_svc",
	"ret_fast_syscall",
	"system_call_exception",
	"system_call_common",
	"^system_call$",
	"x64_sys_call",
	"netif_receive_skb",
	"do_softirq",
	"call_timer_fn",
	"_run_timers",
	"run_timer_softirq",
	"hrtimer_run",
	"run_ksoftirqd",
	"smpboot_thread_fn",
	"^kthread$",
	"start_secondary",
	"cpu_startup_entry",
	"ret_from_fork",
	"entry_SYSCALL_64",
	"vfs_write",
	"vfs_read",
	"vfs_iter_read",
	"vfs_iter_write",
	"do_iter_read",
	"do_iter_write",
	"call_read_iter",
	"call_write_iter",
	"new_sync_read",
	"new_sync_write",
	"vfs_ioctl",
	"SyS_ioctl",
	"sys_ioctl",
	"do_mmap",
	"mmap_region",
	"vfs_open",
	"do_dentry_open",
	"sock_sendmsg",
	"sock_recvmsg",
	"sock_release",
	"^setsockopt$",
	"kernel_setsockopt",
	"sock_common_setsockopt",
	"__sys_setsockopt",
	"do_sock_setsockopt",
	"sys_listen",
	"kernel_listen",
	"sk_common_release",
	"^sock_mmap$",
	"__sys_accept",
	"kernel_accept",
	"^sock_do_ioctl$",
	"^sock_ioctl$",
	"^compat_sock_ioctl$",
	"^nfnetlink_rcv_msg$",
	"^rtnetlink_rcv_msg$",
	"^netlink_dump$",
	"__do_fault",
	"^__fput$",
	"task_work_run",
	"exit_to_usermode",
	"exit_to_user_mode",
	"smp_call_function",
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
				*out = (struct culprit){guilty_cut(prev), prev};
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
			*out = (struct culprit){guilty_cut(search->frames[i]), search->frames[i]};
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
	*out = (struct culprit){guilty_cut(search->frames[0]), search->frames[0]};
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

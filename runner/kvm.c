/* QEMU's monitor answers only once the machine was made and its CPUs were reset, which is where a
 * KVM that pretends fails; one that fails later stops the machine, and the monitor tells. */
#include "runner/kvm.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner/arch.h"
#include "runner/halt.h"
#include "runner/process.h"
#include "runner/program.h"
#include "runner/qemu_args.h"
#include "runner/qmp.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	KVM_START_MS = 10000, /* a busy machine needs its time */
	KVM_RUN_MS = 300,     /* firmware runs millions of instructions meanwhile */
	KVM_WORDS_MAX = 400,
};

static void kvm_words(const char *program, const struct arch *arch, struct words *out)
{
	words_add(out, program);
	words_split(out, "-nodefaults -no-user-config -display none -m 256");
	qemu_args_machine(arch, "kvm", out);
	words_add(out, "-chardev");
	words_format(out, "socket,id=qmp,fd=%d", PROCESS_EXTRA_FD);
	words_split(out, "-mon chardev=qmp,mode=control");
}

/* Until the monitor has answered and the time after that is over, or QEMU or its machine stops. */
static bool kvm_watch(struct qmp *qmp, const struct process *process, const struct halt *halt)
{
	int64_t until_ns = number_monotonic_ns() + KVM_START_MS * 1000000LL;
	bool is_running = false;
	for (;;) {
		struct pollfd fds[3] = {{.fd = process->fd, .events = POLLIN},
			{.fd = halt->fd, .events = POLLIN}, {.fd = qmp->fd, .events = POLLIN}};
		const int64_t left_ns = until_ns - number_monotonic_ns();
		const int n = left_ns > 0 ? poll(fds, 3, (int)(left_ns / 1000000) + 1) : 0;
		if (n <= 0) {
			return n == 0 && is_running;
		}
		if (fds[0].revents != 0 || fds[1].revents != 0 || qmp_read(qmp) < 0 ||
			qmp->is_stopped) {
			return false;
		}
		if (qmp->is_ready && !is_running) {
			is_running = true;
			until_ns = number_monotonic_ns() + KVM_RUN_MS * 1000000LL;
		}
	}
}

/* The last line of what was written to `fd`; the caller's. */
static char *kvm_last_words(int fd)
{
	char text[KVM_WORDS_MAX + 1] = "";
	const off_t size = lseek(fd, 0, SEEK_END);
	ssize_t n = pread(fd, text, KVM_WORDS_MAX, size > KVM_WORDS_MAX ? size - KVM_WORDS_MAX : 0);
	while (n > 0 && text[n - 1] == '\n') {
		text[--n] = '\0';
	}
	const char *last = strrchr(text, '\n');
	return alloc_copy(last != NULL ? last + 1 : text);
}

bool kvm_works(const char *program, const struct arch *arch, const struct halt *halt, char **why)
{
	_words_ struct words argv = {0};
	_free_ struct qmp *qmp = alloc_zero(1, sizeof(*qmp));
	_fd_ int theirs = -1;
	_fd_ int errors = memfd_create("qemu", MFD_CLOEXEC);
	struct process process = {0};
	kvm_words(program, arch, &argv);
	bool is_working = errors >= 0 && qmp_init(qmp, &theirs) == 0;
	if (is_working) {
		const struct process_spec spec = {.argv = words_argv(&argv),
			.error_fd = errors,
			.extra_fd = theirs,
			.death_signal = SIGKILL};
		is_working = process_start(&spec, &process) == 0;
		close(theirs); /* else its end is not seen while we hold it */
		theirs = -1;
		is_working = is_working && kvm_watch(qmp, &process, halt);
		process_kill(&process);
	}
	*why = is_working ? NULL : kvm_last_words(errors);
	qmp_fini(qmp);
	return is_working;
}

int kvm_settle(struct config *config, const struct halt *halt)
{
	if (strcmp(config->accel, "auto") != 0) {
		return 0;
	}
	const struct arch *arch = arch_native();
	_free_ char *program = arch != NULL ? program_find(qemu_args_program(config, arch)) : NULL;
	_free_ char *why = NULL;
	const bool is_working = program != NULL && access("/dev/kvm", F_OK) == 0 &&
				kvm_works(program, arch, halt, &why);
	if (is_working) {
		log_info("KVM works: guests of %s are virtualised", arch->name);
	} else {
		log_info("guests are emulated%s%s",
			why != NULL ? ", since KVM does not work: " : "", why != NULL ? why : "");
	}
	free(config->accel);
	config->accel = alloc_copy(is_working ? "kvm" : "tcg");
	return 0;
}

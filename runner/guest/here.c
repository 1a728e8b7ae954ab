/* unshare, and a fork, since only a child enters the new namespace of processes. */
#include "here.h"
#include "report.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HERE_SIGNALLED = 128 };

/* Ends as the child does. */
static void here_wait(pid_t child)
{
	int status = 0;
	while (waitpid(child, &status, 0) != child) {
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : HERE_SIGNALLED + WTERMSIG(status));
}

/* When memory ends it is the workload's turn, not the machine's services'. */
static void here_go_first(void)
{
	const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	const ssize_t ignored = write(fd, "500", 3);
	(void)ignored;
	close(fd);
}

int here_enter(struct report *report)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID) < 0) {
		return report_fault_errno(report, "cannot make namespaces");
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		return report_fault_errno(report, "cannot keep mounts to ourselves");
	}
	const pid_t child = fork();
	if (child < 0) {
		return report_fault_errno(report, "cannot fork");
	}
	if (child > 0) {
		here_wait(child);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	here_go_first();
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		return report_fault_errno(report, "cannot mount proc for our own processes");
	}
	return 0;
}

/* faultline-runner: main()'s order is the program. One job at a time, in this thread; the courier
 * is the other. */
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/api.h"
#include "runner/boot.h"
#include "runner/bounds.h"
#include "runner/claim.h"
#include "runner/config.h"
#include "runner/courier.h"
#include "runner/enrol.h"
#include "runner/guard.h"
#include "runner/halt.h"
#include "runner/process.h"
#include "runner/pulse.h"
#include "runner/recover.h"
#include "runner/self.h"
#include "runner/workloads.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/notify.h"

/* The one thing a signal handler can reach. */
static struct halt main_halt;

static void main_stop(int signal_number)
{
	(void)signal_number;
	halt_set(&main_halt, HALT_STOP);
}

static void main_signals(void)
{
	struct sigaction stop = {.sa_handler = main_stop};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* What children get: our mark, a folder for temporary files on the same disk, and where mkfs and
 * depmod are. */
static void main_environment(const struct config *config)
{
	_free_ char *temporary = alloc_format("%s/tmp", config->state);
	const char *path = getenv("PATH");
	_free_ char *longer =
		alloc_format("%s:/usr/sbin:/sbin", path != NULL ? path : "/usr/bin:/bin");
	setenv(PROCESS_MARK_STATE, config->state, 1);
	setenv("TMPDIR", temporary, 1);
	setenv("PATH", longer, 1);
	unsetenv("FAULTLINE_TOKEN");
}

static int main_work(const struct config *config)
{
	struct runner runner = {.config = config, .halt = &main_halt, .api = api_new(config)};
	int r = courier_new(config, &main_halt, &runner.courier);
	if (r == 0) {
		recover_deliver(&runner);
		claim_loop(&runner);
	}
	courier_free(runner.courier);
	api_free(runner.api);
	return r;
}

int main(int argc, char **argv)
{
	struct config config;
	mallopt(M_ARENA_MAX,
		1); /* two threads that hardly ever meet: one arena keeps the runner small */
	log_init(LOG_LEVEL_INFO);
	int r = config_read(&config, argc, argv);
	if (r != 0) {
		config_fini(&config);
		return r == CONFIG_DONE ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (config.is_for_workloads || config.is_for_enrol) {
		r = config.is_for_enrol ? enrol_run(&config) : workloads_show(&config);
		config_fini(&config);
		return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	log_init(config.is_verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	json_object_seed(0);
	struct guard guard = {0};
	_fd_ int machine = -1;
	_fd_ int lock = recover_lock(&config);
	r = lock < 0 ? lock : self_lock(&config, &machine);
	if (r == 0) {
		bounds_settle(&config);
		r = guard_start(&guard);
	}
	struct pulse pulse;
	pulse_init(&pulse);
	r = r < 0 ? r : halt_init(&main_halt);
	r = r < 0 ? r : api_start();
	if (r == 0) {
		halt_watch(&main_halt, &pulse, PULSE_JOB);
		main_signals();
		main_environment(&config);
		recover_sweep(&config);
		r = boot_backend(&config)->settle(&config, &main_halt);
		notify_send("READY=1");
		r = r < 0 ? r : main_work(&config);
		notify_send("STOPPING=1");
		api_stop();
		halt_fini(&main_halt);
	}
	guard_end(&guard);
	config_fini(&config);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

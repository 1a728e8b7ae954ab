/* init of the kernel under test: mounts, lets the workload work while the sampler reads the
 * counters, tells the host, powers off. main()'s order is the life of a guest. With the order
 * samples= it does the same on a machine that runs already, in namespaces of its own, and powers
 * nothing off.
 *
 * It waits for nothing by the clock: a prebuilt kernel is booted, tested and off in seconds, and
 * each tenth of a second here is paid by every job. */
#include "counters.h"
#include "here.h"
#include "modules.h"
#include "mounts.h"
#include "orders.h"
#include "report.h"
#include "sampler.h"
#include "workload.h"

#include <fcntl.h>
#include <sys/reboot.h>
#include <unistd.h>

struct guest {
	struct report report;
	struct orders orders;
	struct counters counters;
	struct workload workload;
};

/* A whole guest is ours, or a place on a machine. */
static int settle(struct guest *guest)
{
	struct report *report = &guest->report;
	if (guest->orders.samples > 0) {
		report->fd = (int)guest->orders.samples;
		fcntl(report->fd, F_SETFD, FD_CLOEXEC);
		return here_enter(report);
	}
	int r = mounts_system(report);
	r = r < 0 ? r : modules_load(report);
	return r < 0 ? r : report_open(report);
}

static int boot(struct guest *guest, int argc, char **argv)
{
	struct report *report = &guest->report;
	const int ordered = orders_read(&guest->orders, argc, argv, report);
	if (getpid() != 1 && guest->orders.samples == 0) {
		return report_fault(report, "neither init of a guest nor given samples=");
	}
	int r = settle(guest);
	r = r < 0 ? r : report_hello(report);
	r = r < 0 ? r : counters_open(&guest->counters, "/proc/vmstat", report);
	r = r < 0 ? r : report_keys(report, &guest->counters);
	return r < 0 ? r : ordered;
}

static int prepare(struct guest *guest)
{
	struct report *report = &guest->report;
	int r = report_phase(report, "mount");
	if (r == 0 && guest->orders.has_root) {
		r = mounts_root(guest->orders.fs, report);
	}
	r = r < 0 ? r : mounts_disk(&guest->orders, report);
	r = r < 0 ? r : report_phase(report, "prepare");
	return r < 0 ? r : workload_prepare(&guest->workload);
}

static int work(struct guest *guest)
{
	struct report *report = &guest->report;
	pid_t sampler = 0;
	int r = report_phase(report, "workload");
	r = r < 0 ? r : sampler_start(&guest->counters, report, guest->orders.migrations, &sampler);
	if (r < 0) {
		return r;
	}
	r = workload_work(&guest->workload, sampler);
	sampler_stop(sampler);
	const int last = sampler_send_all(&guest->counters, report);
	return r < 0 ? r : last;
}

/* Whatever went before, all is ended and the host told, so that no guest lingers. Of a namespace
 * the kernel ends what is left. */
static void finish(struct guest *guest)
{
	report_phase(&guest->report, "finish");
	workload_stop(&guest->workload);
	mounts_leave_disk(&guest->orders, &guest->report);
	report_result(&guest->report);
	if (guest->orders.samples == 0) {
		reboot(RB_POWER_OFF);
	}
}

int main(int argc, char **argv)
{
	static struct guest guest;
	report_init(&guest.report);
	workload_init(&guest.workload, &guest.orders, &guest.report);
	int r = boot(&guest, argc, argv);
	if (getpid() != 1) { /* namespaces were refused */
		report_result(&guest.report);
		return 1;
	}
	r = r < 0 ? r : prepare(&guest);
	if (r == 0) {
		work(&guest);
	}
	finish(&guest);
	/* In a guest only if the kernel cannot power off: it panics when init ends, and that ends
	 * QEMU. */
	return guest.orders.samples == 0;
}

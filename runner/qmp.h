/* QEMU's monitor protocol over a connected socket: greeting, qmp_capabilities, then events come by
 * themselves. Only the events are needed; replies are told apart by their id, since events arrive
 * between. */
#pragma once

#include <stdbool.h>

enum qmp_shutdown { QMP_RUNNING, QMP_POWEROFF, QMP_RESET, QMP_KILLED };
enum { QMP_LINE_MAX = 65536 };

struct qmp {
	int fd;           /* ours; -1: closed */
	bool is_ready;    /* the reply to qmp_capabilities has come */
	bool is_panicked; /* GUEST_PANICKED or GUEST_CRASHLOADED */
	bool is_stopped;  /* the machine was stopped, as by a fault of the accelerator */
	enum qmp_shutdown shutdown;
	char line[QMP_LINE_MAX];
	int line_size;
};

/* Makes the pair of sockets; *theirs is for QEMU. Sends qmp_capabilities at once. 0 or a fault. */
int qmp_init(struct qmp *qmp, int *theirs);
void qmp_fini(struct qmp *qmp);

/* Reads what is there without waiting. 0; also when QEMU has closed it (fd is then -1). */
int qmp_read(struct qmp *qmp);

/* One line from QEMU. */
void qmp_take(struct qmp *qmp, const char *text, int n);

/* Lines of JSON over a socketpair: QEMU gets its end as a descriptor, so there is no path to wait
 * for. */
#include "runner/qmp.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/cleanup.h"
#include "shared/log.h"

enum { QMP_CAPABILITIES = 1 };

int qmp_init(struct qmp *qmp, int *theirs)
{
	static const char hello[] = "{\"execute\":\"qmp_capabilities\",\"id\":1}\n";
	int pair[2];
	memset(qmp, 0, sizeof(*qmp));
	qmp->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		return log_errno("cannot make a socket pair");
	}
	qmp->fd = pair[0];
	*theirs = pair[1];
	if (send(qmp->fd, hello, sizeof(hello) - 1, MSG_NOSIGNAL) < 0) {
		return log_errno("cannot write to QEMU");
	}
	return 0;
}

void qmp_fini(struct qmp *qmp)
{
	if (qmp->fd > 0) {
		close(qmp->fd);
	}
	qmp->fd = -1;
}

static enum qmp_shutdown qmp_shutdown_of(const json_t *message)
{
	const char *reason = NULL;
	json_unpack((json_t *)message, "{s:{s:s}}", "data", "reason", &reason);
	if (reason == NULL || strcmp(reason, "guest-reset") == 0 ||
		strcmp(reason, "guest-panic") == 0) {
		return QMP_RESET;
	}
	return strcmp(reason, "guest-shutdown") == 0 ? QMP_POWEROFF : QMP_KILLED;
}

void qmp_take(struct qmp *qmp, const char *text, int n)
{
	_json_ json_t *message = json_loadb(text, (size_t)n, 0, NULL);
	const char *event = json_string_value(json_object_get(message, "event"));
	if (event == NULL) {
		const json_int_t id = json_integer_value(json_object_get(message, "id"));
		qmp->is_ready |=
			id == QMP_CAPABILITIES && json_object_get(message, "return") != NULL;
		return;
	}
	log_debug("QEMU says %s", event);
	if (strcmp(event, "SHUTDOWN") == 0) {
		qmp->shutdown = qmp_shutdown_of(message);
	} else if (strcmp(event, "GUEST_PANICKED") == 0 ||
		   strcmp(event, "GUEST_CRASHLOADED") == 0) {
		qmp->is_panicked = true;
	} else if (strcmp(event, "STOP") == 0) {
		qmp->is_stopped = true;
	}
}

static void qmp_split(struct qmp *qmp)
{
	char *start = qmp->line;
	char *end = qmp->line + qmp->line_size;
	for (char *lf = memchr(start, '\n', (size_t)(end - start)); lf != NULL;
		lf = memchr(start, '\n', (size_t)(end - start))) {
		qmp_take(qmp, start, (int)(lf - start));
		start = lf + 1;
	}
	qmp->line_size = (int)(end - start);
	memmove(qmp->line, start, (size_t)qmp->line_size);
	if (qmp->line_size == QMP_LINE_MAX) { /* nothing QEMU says is that long */
		qmp->line_size = 0;
	}
}

int qmp_read(struct qmp *qmp)
{
	while (qmp->fd >= 0) {
		const ssize_t n = recv(qmp->fd, qmp->line + qmp->line_size,
			(size_t)(QMP_LINE_MAX - qmp->line_size), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			return 0;
		}
		if (n <= 0) {
			qmp_fini(qmp);
			return 0;
		}
		qmp->line_size += (int)n;
		qmp_split(qmp);
	}
	return 0;
}

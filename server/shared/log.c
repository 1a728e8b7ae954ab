/* One line per event on standard error, written by one write so that threads do not mix. */
#include "shared/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOG_LINE_MAX = 2048, LOG_MATTER_MAX = 128 };

static struct {
	enum log_level level;
	bool is_journal;
} log_state = {.level = LOG_LEVEL_INFO};

void log_init(enum log_level level)
{
	log_state.level = level;
	log_state.is_journal = getenv("JOURNAL_STREAM") != NULL;
}

static _Thread_local char log_last_text[LOG_LINE_MAX];

const char *log_last(void)
{
	return log_last_text;
}

static _Thread_local struct {
	int64_t job_id;
	int64_t attempt_id;
	char matter[LOG_MATTER_MAX];
} log_subject;

void log_about(int64_t job_id, int64_t attempt_id)
{
	log_subject.job_id = job_id;
	log_subject.attempt_id = attempt_id;
	log_subject.matter[0] = '\0';
}

void log_matter(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(log_subject.matter, sizeof(log_subject.matter), format, args);
	va_end(args);
}

/* "job=12 attempt=34 rule=5: " */
static size_t log_words(char *line, size_t size)
{
	const bool is_job = log_subject.job_id > 0, is_attempt = log_subject.attempt_id > 0;
	size_t n = 0;
	if (is_job) {
		n += (size_t)snprintf(line, size, "job=%" PRId64, log_subject.job_id);
	}
	if (is_attempt) {
		n += (size_t)snprintf(line + n, size - n, "%sattempt=%" PRId64, is_job ? " " : "",
			log_subject.attempt_id);
	}
	if (log_subject.matter[0] != '\0') {
		n += (size_t)snprintf(
			line + n, size - n, "%s%s", n > 0 ? " " : "", log_subject.matter);
	}
	return n == 0 ? 0 : n + (size_t)snprintf(line + n, size - n, ": ");
}

static size_t log_prefix(char *line, size_t size, enum log_level level)
{
	if (log_state.is_journal) {
		return (size_t)snprintf(line, size, "<%d>", (int)level);
	}
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct tm utc;
	gmtime_r(&now.tv_sec, &utc);
	const size_t n = strftime(line, size, "%Y-%m-%dT%H:%M:%S", &utc);
	static const char *const names[] = {"", "", "", "error", "warning", "", "info", "debug"};
	return n + (size_t)snprintf(
			   line + n, size - n, ".%03ldZ %s: ", now.tv_nsec / 1000000, names[level]);
}

/* One line, and nothing that a terminal obeys: its words may be a guest's or a client's. Control
 * characters of Unicode (C1) are two bytes. */
static void log_tame(char *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char c = (unsigned char)line[i];
		const unsigned char next = i + 1 < n ? (unsigned char)line[i + 1] : 0;
		if (c == '\n' || c == '\r') {
			line[i] = ' ';
		} else if ((c < ' ' && c != '\t') || c == 0x7f) {
			line[i] = '?';
		} else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
			line[i] = line[i + 1] = '?';
		}
	}
}

static void log_vline(enum log_level level, int error, const char *format, va_list args)
{
	if (level > log_state.level) {
		return;
	}
	char line[LOG_LINE_MAX];
	const size_t room = sizeof(line) - 1;
	size_t n = log_prefix(line, room, level);
	n += log_words(line + n, room - n);
	const size_t start = n;
	const int wanted = vsnprintf(line + n, room - n, format, args);
	n += wanted < 0 ? 0 : (size_t)wanted;
	if (error != 0 && n < room) {
		n += (size_t)snprintf(line + n, room - n, ": %s", strerror(error));
	}
	n = n < room ? n : room - 1;
	if (level == LOG_LEVEL_ERROR) {
		snprintf(log_last_text, sizeof(log_last_text), "%.*s", (int)(n - start),
			line + start);
	}
	log_tame(line, n);
	line[n++] = '\n';
	const ssize_t ignored = write(STDERR_FILENO, line, n);
	(void)ignored;
}

void log_line(enum log_level level, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	log_vline(level, 0, format, args);
	va_end(args);
}

int log_errno(const char *format, ...)
{
	const int error = errno;
	va_list args;
	va_start(args, format);
	log_vline(LOG_LEVEL_ERROR, error, format, args);
	va_end(args);
	return error > 0 ? -error : -1;
}

int log_fault(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	log_vline(LOG_LEVEL_ERROR, 0, format, args);
	va_end(args);
	return -1;
}

/* One line per event on standard error, with the priority prefix that journald reads when it is
 * our reader. Words may be a guest's or a client's, so control characters become "?", line ends a
 * space. A fault is logged once, where it arose: what, which and why; lower case, no full stop. */
#pragma once

#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* Lines above `level` are dropped. Called once at start, before threads. */
void log_init(enum log_level level);

/* What this thread is at: its lines begin with "job=12 attempt=34: " until it is at something else,
 * so that all that was said of a job can be found. 0: none, or not known. */
void log_about(int64_t job_id, int64_t attempt_id);

/* What else it is at, "bisection=5", until log_about: their lines say that too. */
void log_matter(const char *format, ...) __attribute__((format(printf, 1, 2)));

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with ": strerror(errno)" behind it; answers -errno, so that `return log_errno(…)` works.
 */
int log_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs an error and answers -1. */
int log_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What this thread last logged as an error or fault, for an answer to whoever asked; lives until
 * its next one. */
const char *log_last(void);

#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

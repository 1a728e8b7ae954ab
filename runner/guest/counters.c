/* /proc/vmstat as numbers. */
#include "counters.h"
#include "report.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const watched_names[COUNTERS_WATCHED] = {
	[COUNTER_MIGRATED] = "pgmigrate_success",
	[COUNTER_FAILED] = "pgmigrate_fail",
};

static int counters_read_text(struct counters *counters, struct report *report)
{
	const ssize_t got = pread(counters->fd, counters->text, sizeof(counters->text) - 1, 0);
	if (got < 0) {
		return report_fault_errno(report, "cannot read /proc/vmstat");
	}
	if (got == sizeof(counters->text) - 1) {
		return report_fault(report, "/proc/vmstat is larger than %zd bytes", got);
	}
	counters->text[got] = '\0';
	return 0;
}

/* Cuts `text` of "name value\n" lines into names, in place. */
static int counters_learn_names(struct counters *counters, struct report *report)
{
	memcpy(counters->name_text, counters->text, sizeof(counters->name_text));
	char *rest = counters->name_text;
	for (char *row = strsep(&rest, "\n"); row != NULL && *row != '\0';
		row = strsep(&rest, "\n")) {
		char *space = strchr(row, ' ');
		if (space == NULL || counters->count == COUNTERS_MAX) {
			return report_fault(report, "cannot understand /proc/vmstat at '%s'", row);
		}
		*space = '\0';
		counters->names[counters->count++] = row;
	}
	return 0;
}

static void counters_find_watched(struct counters *counters)
{
	for (int w = 0; w < COUNTERS_WATCHED; w++) {
		counters->watched_at[w] = -1;
		for (size_t i = 0; i < counters->count; i++) {
			if (strcmp(counters->names[i], watched_names[w]) == 0) {
				counters->watched_at[w] = (int)i;
			}
		}
	}
}

/* The value behind `name` at `*at`, which moves to the next line; unknown if another name stands
 * there, or when the kernel prints a negative one as 18446744073709551615. */
static int64_t counters_take(const char **at, const char *name)
{
	const size_t length = strlen(name);
	const char *c = *at;
	if (strncmp(c, name, length) != 0 || c[length] != ' ') {
		return COUNTER_UNKNOWN;
	}
	uint64_t value = 0;
	for (c += length + 1; *c >= '0' && *c <= '9'; c++) {
		value = value * 10 + (uint64_t)(*c - '0');
	}
	*at = *c == '\n' ? c + 1 : c;
	return value > INT64_MAX ? COUNTER_UNKNOWN : (int64_t)value;
}

int counters_open(struct counters *counters, const char *path, struct report *report)
{
	memset(counters, 0, sizeof(*counters));
	counters->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (counters->fd < 0) {
		return report_fault_errno(report, "cannot open '%s'", path);
	}
	int r = counters_read_text(counters, report);
	if (r < 0) {
		return r;
	}
	r = counters_learn_names(counters, report);
	if (r < 0) {
		return r;
	}
	counters_find_watched(counters);
	return counters_read(counters, report);
}

int counters_read(struct counters *counters, struct report *report)
{
	const int r = counters_read_text(counters, report);
	if (r < 0) {
		return r;
	}
	const char *at = counters->text;
	for (size_t i = 0; i < counters->count; i++) {
		counters->values[i] = counters_take(&at, counters->names[i]);
	}
	for (int w = 0; w < COUNTERS_WATCHED; w++) {
		const int where = counters->watched_at[w];
		counters->watched[w] = where < 0 ? COUNTER_UNKNOWN : counters->values[where];
	}
	return 0;
}

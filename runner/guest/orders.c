/* The runner's orders, from init's arguments. */
#include "orders.h"
#include "report.h"
#include "shared/number.h"

#include <stdio.h>
#include <string.h>

/* A day: longer is no stress run but a mistake in the profile. */
enum { SECONDS_MAX = 86400 };

enum order_key {
	ORDER_ARGS,
	ORDER_DISK,
	ORDER_FOLDER,
	ORDER_FS,
	ORDER_MIGRATIONS,
	ORDER_MOUNT,
	ORDER_PROGRAM,
	ORDER_PROGRESS,
	ORDER_ROOT,
	ORDER_SAMPLES,
	ORDER_SECONDS,
	ORDER_WORKLOAD
};

static const char *const order_names[] = {
	[ORDER_ARGS] = "args",
	[ORDER_DISK] = "disk",
	[ORDER_FOLDER] = "folder",
	[ORDER_FS] = "fs",
	[ORDER_MIGRATIONS] = "migrations",
	[ORDER_MOUNT] = "mount",
	[ORDER_PROGRAM] = "program",
	[ORDER_PROGRESS] = "progress",
	[ORDER_ROOT] = "root",
	[ORDER_SAMPLES] = "samples",
	[ORDER_SECONDS] = "seconds",
	[ORDER_WORKLOAD] = "workload",
};

enum { ORDER_COUNT = sizeof(order_names) / sizeof(order_names[0]) };

/* The place of `word`'s key in the table, -1 if it has none; *value is what follows '='. */
static int order_find(const char *word, const char **value)
{
	const size_t length = strcspn(word, "=");
	if (word[length] != '=') {
		return -1;
	}
	*value = word + length + 1;
	for (int key = 0; key < ORDER_COUNT; key++) {
		if (strlen(order_names[key]) == length &&
			strncmp(order_names[key], word, length) == 0) {
			return key;
		}
	}
	return -1;
}

static int orders_split_args(struct orders *orders, const char *list)
{
	if (strlen(list) >= sizeof(orders->text)) {
		return -1;
	}
	strncpy(orders->text, list, sizeof(orders->text) - 1);
	char *rest = orders->text;
	size_t count = 0;
	for (char *arg = strsep(&rest, ","); arg != NULL; arg = strsep(&rest, ",")) {
		if (*arg == '\0') {
			continue;
		}
		if (count == ORDERS_ARGS_MAX) {
			return -1;
		}
		orders->args[count++] = arg;
	}
	return 0;
}

static int orders_set_progress(struct orders *orders, const char *value)
{
	orders->has_pipe = strcmp(value, "pipe") == 0;
	return orders->has_pipe || strcmp(value, "time") == 0 ? 0 : -1;
}

static int orders_set(struct orders *orders, enum order_key key, const char *value)
{
	switch (key) {
	case ORDER_ARGS:
		return orders_split_args(orders, value);
	case ORDER_DISK:
		orders->disk = value;
		return 0;
	case ORDER_FOLDER:
		orders->folder = value;
		return 0;
	case ORDER_FS:
		orders->fs = value;
		return 0;
	case ORDER_MIGRATIONS:
		return number_parse(value, 1, INT64_MAX, &orders->migrations) == 0 ? 0 : -1;
	case ORDER_MOUNT:
		orders->mount = value;
		return 0;
	case ORDER_PROGRAM:
		orders->program = value;
		return 0;
	case ORDER_PROGRESS:
		return orders_set_progress(orders, value);
	case ORDER_ROOT:
		orders->has_root = strcmp(value, "1") == 0;
		return orders->has_root ? 0 : -1;
	case ORDER_SAMPLES:
		return number_parse(value, 3, 1023, &orders->samples) == 0 ? 0 : -1;
	case ORDER_SECONDS:
		return number_parse(value, 1, SECONDS_MAX, &orders->seconds) == 0 ? 0 : -1;
	case ORDER_WORKLOAD:
		orders->workload = value;
		return 0;
	}
	return -1;
}

static int orders_complete(struct orders *orders, struct report *report)
{
	if (orders->fs == NULL || orders->workload == NULL || orders->seconds == 0) {
		return report_fault(report, "orders need fs=, workload= and seconds=");
	}
	if (orders->program == NULL) {
		snprintf(orders->program_path, sizeof(orders->program_path), "/workloads/%s",
			orders->workload);
		orders->program = orders->program_path;
	}
	return 0;
}

int orders_read(struct orders *orders, int argc, char **argv, struct report *report)
{
	memset(orders, 0, sizeof(*orders));
	orders->mount = "";
	orders->disk = "/dev/vda";
	orders->folder = "/mnt";
	for (int i = 1; i < argc; i++) {
		const char *value = NULL;
		const int key = order_find(argv[i], &value);
		if (key < 0) {
			/* Boot options that this kernel does not know come to init as well. */
			printf("faultline-guest: ignoring '%s'\n", argv[i]);
		} else if (orders_set(orders, (enum order_key)key, value) < 0) {
			return report_fault(report, "cannot understand the order '%s'", argv[i]);
		}
	}
	return orders_complete(orders, report);
}

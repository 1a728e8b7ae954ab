/* uname, sysconf, /proc/cpuinfo, and what programs say of their versions. */
#include "runner/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runner/arch.h"
#include "runner/boot.h"
#include "runner/disk.h"
#include "runner/process.h"
#include "runner/program.h"
#include "runner/qemu_args.h"
#include "runner/result.h"
#include "runner/sandbox.h"
#include "runner/workloads.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"
#include "shared/protocol.h"

#define MACHINE_LIMIT_NS (10 * 1000000000LL)
#define MACHINE_DISK_STEP (1LL << 30)

/* First line of `PROGRAM --version`, or null when there is no such program. */
static json_t *machine_version(const char *program)
{
	const char *const argv[] = {program, "--version", NULL};
	const struct process_spec spec = {.argv = argv};
	_free_ char *text = NULL;
	int status = 0;
	if (process_capture(&spec, NULL, number_monotonic_ns() + MACHINE_LIMIT_NS, 0, &status,
		    &text) != 0 ||
		status != 0) {
		return json_null();
	}
	text[strcspn(text, "\n")] = '\0';
	result_clean(text);
	return json_string(text);
}

/* x86 names its model, POWER its cpu, arm64 only the number of a part. */
static json_t *machine_cpu_model(void)
{
	static const char *const keys[] = {"model name\t", "cpu\t", "CPU part\t"};
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512];
	json_t *model = NULL;
	while (file != NULL && model == NULL && fgets(line, sizeof(line), file) != NULL) {
		for (size_t i = 0; model == NULL && i < sizeof(keys) / sizeof(keys[0]); i++) {
			const char *value = strstr(line, ": ");
			if (value != NULL && strncmp(line, keys[i], strlen(keys[i])) == 0) {
				line[strcspn(line, "\n")] = '\0';
				result_clean(line);
				model = json_sprintf("%s%s", i == 2 ? "part " : "", value + 2);
			}
		}
	}
	if (file != NULL) {
		fclose(file);
	}
	return model != NULL ? model : json_string("unknown");
}

/* One line of a file of sysfs; "" when there is none. */
static char *machine_line(const char *path)
{
	_file_ FILE *file = fopen(path, "re");
	char line[256] = "";
	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		return alloc_copy("");
	}
	line[strcspn(line, "\n")] = '\0';
	result_clean(line);
	return alloc_copy(line);
}

/* What DMI says; without it the device tree's model. */
static json_t *machine_firmware(void)
{
	_free_ char *vendor = machine_line("/sys/class/dmi/id/bios_vendor");
	_free_ char *version = machine_line("/sys/class/dmi/id/bios_version");
	_free_ char *date = machine_line("/sys/class/dmi/id/bios_date");
	_free_ char *model = machine_line("/proc/device-tree/model");
	if (version[0] != '\0') {
		return json_sprintf("%s %s (%s)", vendor, version, date);
	}
	return model[0] != '\0' ? json_string(model) : json_null();
}

/* Compilers for other architectures, "ARCH: VERSION". */
static json_t *machine_toolchains(void)
{
	json_t *list = json_array();
	for (int i = 0; arch_at(i) != NULL; i++) {
		_free_ char *name = alloc_format("%sgcc", arch_at(i)->cross_compile);
		_free_ char *program = arch_is_native(arch_at(i)) ? NULL : program_find(name);
		_json_ json_t *version = program != NULL ? machine_version(program) : NULL;
		if (json_is_string(version)) {
			json_array_append_new(list, json_sprintf("%s: %s", arch_at(i)->name,
							    json_string_value(version)));
		}
	}
	return list;
}

/* The architectures whose kernels run here; or the one kernel that does. */
static void machine_tag_arches(const struct config *config, json_t *tags)
{
	const bool is_self = strcmp(config->backend, "self") == 0;
	struct utsname host = {0};
	uname(&host);
	for (int i = 0; arch_at(i) != NULL; i++) {
		if (boot_takes(config, arch_at(i))) {
			json_array_append_new(
				tags, json_sprintf("arch:%s%s%s", arch_at(i)->name,
					      is_self ? "/" : "", is_self ? host.release : ""));
		}
	}
	if (is_self) {
		const bool is_emulated = strcmp(config->accel, "tcg") == 0;
		const bool is_virtual = strcmp(config->accel, "kvm") == 0;
		json_array_append_new(tags, json_string("self"));
		json_array_append_new(tags, json_string(is_emulated  ? "emulated"
							: is_virtual ? "virtual"
								     : "native"));
	}
}

/* Which kernels run here, what can run in them, that the guest counts (older ones do not), whether
 * posted patches may be built, whether KVM works, and what the operator says. */
static json_t *machine_tags(const struct config *config, const json_t *workloads)
{
	const bool is_booted = strcmp(config->backend, "self") != 0;
	json_t *tags = json_array();
	machine_tag_arches(config, tags);
	size_t i;
	json_t *workload;
	json_array_foreach((json_t *)workloads, i, workload)
	{
		const char *name = json_string_value(json_object_get(workload, "name"));
		json_array_append_new(tags, json_sprintf("workload:%s", name));
	}
	json_array_append_new(tags, json_string("until-migrations"));
	if (is_booted && sandbox_takes_patches(config)) {
		json_array_append_new(tags, json_string("sandbox"));
	}
	if (is_booted && strcmp(config->accel, "kvm") == 0) {
		json_array_append_new(tags, json_string("kvm"));
	}
	_free_ char *given = alloc_copy(config->tags);
	char *rest = given;
	for (char *tag = strsep(&rest, ", "); tag != NULL; tag = strsep(&rest, ", ")) {
		if (tag[0] != '\0') {
			json_array_append_new(tags, json_string(tag));
		}
	}
	return tags;
}

/* How builds are confined. */
static json_t *machine_builds(const struct config *config)
{
	const struct bounds *b = &config->bounds;
	if (strcmp(config->backend, "self") == 0) {
		return json_pack("{s:s}", "limits", bounds_how(b));
	}
	return json_pack("{s:b, s:s, s:I, s:I}", "sandbox", config->is_sandboxed, "limits",
		bounds_how(b), "memory_mb", (json_int_t)(b->limits.memory_bytes >> 20), "processes",
		(json_int_t)b->limits.tasks);
}

json_t *machine_facts(const struct config *config)
{
	struct utsname host = {0};
	uname(&host);
	const int64_t free_bytes = disk_free_bytes(config->state);
	const int64_t pages = sysconf(_SC_PHYS_PAGES);
	const struct arch *native = arch_native();
	_json_ json_t *workloads = workloads_facts(config);
	const char *qemu = qemu_args_program(config, native != NULL ? native : arch_at(0));
	const int64_t disk_bytes = disk_size_bytes(config->state);
	return json_pack("{s:{s:s, s:s, s:I, s:I, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:I, s:o, s:O, s:s, s:o}, s:i}",
		"machine", "name", config->name, "arch", host.machine, "cpus",
		(json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "memory_mb",
		(json_int_t)(pages * sysconf(_SC_PAGESIZE) >> 20), "tags",
		machine_tags(config, workloads), "runner_version", RUNNER_VERSION, "kernel_release",
		host.release, "cpu_model", machine_cpu_model(), "qemu_version",
		machine_version(qemu), "compiler_version", machine_version("gcc"),
		"disk_free_bytes", free_bytes < 0 ? json_null() : json_integer(free_bytes),
		"disk_bytes", disk_bytes < 0 ? json_null() : json_integer(disk_bytes),
		"linker_version", machine_version("ld"), "firmware", machine_firmware(),
		"page_size", (json_int_t)sysconf(_SC_PAGESIZE), "toolchains", machine_toolchains(),
		"workloads", workloads, "accel", config->accel, "builds", machine_builds(config),
		"protocol", PROTOCOL_NEWEST);
}

bool machine_is_changed(const json_t *before, const json_t *now)
{
	_json_ json_t *left = json_deep_copy(json_object_get(before, "machine"));
	_json_ json_t *right = json_deep_copy(json_object_get(now, "machine"));
	const int64_t more = json_integer_value(json_object_get(left, "disk_free_bytes")) -
			     json_integer_value(json_object_get(right, "disk_free_bytes"));
	json_object_del(left, "disk_free_bytes");
	json_object_del(right, "disk_free_bytes");
	return !json_equal(left, right) || more > MACHINE_DISK_STEP || more < -MACHINE_DISK_STEP;
}

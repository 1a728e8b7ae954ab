/* The attempt as JSON. */
#include "runner/result.h"

#include <stdio.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

void result_clean(char *text)
{
	json_t *probe = json_string(text);
	for (char *p = text; *p != '\0'; p++) {
		const unsigned char c = (unsigned char)*p;
		if ((c >= 0x80 && probe == NULL) || (c < ' ' && c != '\n' && c != '\t')) {
			*p = '?';
		}
	}
	json_decref(probe);
}

char *result_reproduce(const struct attempt *a)
{
	if (a->qemu_shell == NULL) {
		return NULL;
	}
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);
	fprintf(out, "mkdir faultline-%lld && cd faultline-%lld", (long long)a->id,
		(long long)a->id);
	size_t i;
	json_t *artifact;
	json_array_foreach(a->artifacts, i, artifact)
	{
		const char *name = json_string_value(json_object_get(artifact, "name"));
		if (strcmp(name, "image") == 0 || strcmp(name, "initrd") == 0) {
			fprintf(out, " && curl -fsS -o %s %s/api/v1/blobs/%s", name,
				a->config->server,
				json_string_value(json_object_get(artifact, "sha256")));
		}
	}
	for (const char *p = a->recipe; *p != '\0'; p += strcspn(p, "\n") + 1) {
		fprintf(out, " && %.*s", (int)strcspn(p, "\n"), p);
	}
	if (a->root_image != NULL) { /* too large to be an artifact */
		fprintf(out, " && scp %s:%s root.img", a->config->name, a->root_image);
	}
	fprintf(out, " && %s", a->qemu_shell);
	fclose(out);
	return line;
}

static json_t *result_real(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *result_text(const char *text)
{
	if (text == NULL || text[0] == '\0') {
		return json_null();
	}
	_free_ char *clean = alloc_copy(text);
	result_clean(clean);
	return json_string(clean);
}

json_t *result_json(const struct attempt *a)
{
	_free_ char *reproduce = result_reproduce(a);
	const bool is_clean = a->result == RESULT_CLEAN;
	const char *release = a->release[0] != '\0' ? a->release : a->build_release;
	const bool is_kernel_known = a->build_seconds >= 0 || a->is_built_from_cache;
	json_t *result = json_object();
	json_object_set_new(result, "result", json_string(attempt_result_name(a->result)));
	json_object_set_new(result, "step", is_clean ? json_null() : result_text(a->step));
	json_object_set_new(result, "detail", result_text(a->detail));
	json_object_set(result, "steps", a->steps);
	json_object_set_new(result, "kernel_release", result_text(release));
	json_object_set_new(
		result, "page_size", a->page_size > 0 ? json_integer(a->page_size) : json_null());
	json_object_set_new(result, "build_id", result_text(a->build_id));
	json_object_set_new(result, "accel", result_text(a->accel));
	json_object_set_new(result, "built", result_text(a->built));
	json_object_set_new(result, "build_seconds", result_real(a->build_seconds));
	json_object_set_new(result, "is_built_from_cache",
		is_kernel_known ? json_boolean(a->is_built_from_cache) : json_null());
	json_object_set_new(result, "load_before", result_real(a->load_before));
	json_object_set_new(result, "load_during", result_real(a->load_during));
	json_object_set_new(result, "ended_by", result_text(a->ended_by));
	if (a->work_done >= 0) {
		json_object_set_new(result, "work_done", json_integer(a->work_done));
		json_object_set_new(result, "work_unit", result_text(a->workload.manifest.unit));
	}
	json_object_set_new(result, "reproduce", result_text(reproduce));
	json_object_set(result, "artifacts", a->artifacts);
	return result;
}

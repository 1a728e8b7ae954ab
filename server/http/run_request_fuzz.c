/* Any bytes are the body of POST /api/v1/runs, and a patch: they are refused with a reason in JSON,
 * or what is read keeps to its limits. */
#include "http/run_request.h"

#include "http/fields.h"
#include "shared/cleanup.h"
#include "shared/fuzz.h"

static void check_refused(const struct response *res)
{
	_json_ json_t *answer = json_loadb(res->body, res->size, 0, NULL);
	fuzz_must(res->status == 400, "what is refused is a 400");
	fuzz_must(json_string_length(json_object_get(answer, "error")) > 8, "it says why");
}

static void check_read(const struct run_request *run)
{
	const int ways = (run->commit != NULL) + (run->from != NULL) + (run->release != NULL);
	fuzz_must(ways == 1, "one of commit, range and prebuilt");
	fuzz_must(run->tree != NULL || run->release != NULL, "a tree, or a prebuilt kernel");
	fuzz_must((run->from == NULL) == (run->to == NULL), "a range has two ends");
	fuzz_must(run->release == NULL || run->image_sha256 != NULL, "a kernel has an image");
	fuzz_must(run->repeats >= 1 && run->repeats <= RUN_REPEATS_MAX, "repeats within limits");
	fuzz_must(json_array_size(run->profiles) > 0, "at least one profile");
	fuzz_must(json_array_size(run->patches) <= RUN_PATCHES_MAX, "patches within limits");
}

static void check_subject(const char *patch)
{
	_free_ char *subject = run_request_subject(patch);
	_json_ json_t *text = json_string(subject);
	fuzz_must(text != NULL && *subject != '\0', "a patch has a subject that JSON takes");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *body = fuzz_text(bytes, size);
	const struct request req = {.body = body, .body_size = size};
	struct response res = {0};
	struct fields fields = {0};
	_json_ json_t *root = NULL;
	struct run_request run = {0};
	if (fields_parse(&req, &res, &root, &fields) == 0) {
		run_request_read(&fields, &run);
	}
	if (res.status != 0) {
		check_refused(&res);
	} else {
		check_read(&run);
	}
	run_request_fini(&run);
	response_fini(&res);
	check_subject(body);
	return 0;
}

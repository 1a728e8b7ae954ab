/* Any bytes are a build log: a text of bounded size comes out. */
#include "runner/build_errors.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *log = fuzz_copy(bytes, size);
	_free_ char *errors = build_errors(log, size);
	fuzz_must(
		errors != NULL && strlen(errors) <= BUILD_ERRORS_MAX, "errors within their limit");
	return 0;
}

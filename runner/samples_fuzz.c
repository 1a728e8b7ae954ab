/* Any bytes are what the guest says while it runs: whole and in pieces they say the same. */
#include "runner/samples.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

static void check(const struct samples *s)
{
	_json_ json_t *release = json_string(s->release);
	_json_ json_t *detail = json_string(s->detail);
	fuzz_must(release != NULL && detail != NULL, "texts are UTF-8");
	fuzz_must(s->done >= 0 && s->of >= 0, "progress counts");
	fuzz_must(s->of == 0 || s->done <= s->of, "progress within its limit, if it has one");
	fuzz_must(s->page_size >= 0, "a page size, or none");
}

static void check_same(const struct samples *a, const struct samples *b)
{
	fuzz_must(a->is_hello == b->is_hello && a->page_size == b->page_size, "the same hello");
	fuzz_must(a->phase == b->phase && a->status == b->status, "the same phase and status");
	fuzz_must(a->done == b->done && a->of == b->of, "the same progress");
	fuzz_must(strcmp(a->release, b->release) == 0, "the same release");
	fuzz_must(strcmp(a->detail, b->detail) == 0, "the same detail");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct samples whole = {.offset = 0}, cut = {.offset = 0};
	_free_ char *all = fuzz_copy(bytes, size);
	samples_take(&whole, all, (int64_t)size);
	struct fuzz_numbers numbers = fuzz_numbers_of(bytes, size);
	for (size_t at = 0; at < size;) {
		const size_t piece = fuzz_piece(&numbers, size - at);
		_free_ char *copy = fuzz_copy(bytes + at, piece);
		samples_take(&cut, copy, (int64_t)piece);
		at += piece;
	}
	check(&whole);
	check_same(&whole, &cut);
	samples_fini(&whole);
	samples_fini(&cut);
	return 0;
}

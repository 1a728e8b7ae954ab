/* Any bytes are what git printed: rows come out whole, or a fault. */
#include "work/history.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

enum { COMMITS = 16 };

static void check_hash(const char *hash)
{
	const size_t size = strlen(hash);
	fuzz_must(size == 40 || size == 64, "a hash has 40 or 64 digits");
	fuzz_must(strspn(hash, "0123456789abcdef") == size, "a hash is lower-case hex");
}

static void check_text(const char *text)
{
	_json_ json_t *json = json_string(text);
	fuzz_must(json != NULL, "the text is UTF-8");
}

static void read_commits(FILE *in)
{
	struct commit commits[COMMITS];
	size_t n = 0;
	do {
		if (history_commits_read(in, commits, COMMITS, &n) != 0) {
			return;
		}
		for (size_t i = 0; i < n; i++) {
			check_hash(commits[i].hash);
			check_text(commits[i].subject);
			check_text(commits[i].author);
		}
		history_commits_fini(commits, n);
	} while (n > 0);
}

static void read_refs(FILE *in)
{
	struct commit_ref *refs = NULL;
	size_t n = 0;
	if (history_refs_read(in, &refs, &n) != 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		check_hash(refs[i].hash);
		check_text(refs[i].name);
	}
	history_refs_free(refs, n);
}

static void read_line(FILE *in)
{
	char(*hashes)[COMMIT_HASH] = NULL;
	size_t n = 0;
	if (history_line_read(in, &hashes, &n) == 0) {
		for (size_t i = 0; i < n; i++) {
			check_hash(hashes[i]);
		}
	}
	free(hashes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static void (*const readers[])(FILE *) = {read_commits, read_refs, read_line};
	_free_ char *copy = fuzz_copy(bytes, size);
	fuzz_hush();
	for (size_t i = 0; size > 0 && i < sizeof(readers) / sizeof(readers[0]); i++) {
		_file_ FILE *in = fmemopen(copy, size, "r");
		fuzz_must(in != NULL, "memory is a file");
		readers[i](in);
	}
	return 0;
}

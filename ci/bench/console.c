/* The console reader's speed, without database and JSON: reads a file as chunks arrive, as often as
 * fits into half a second, and prints the best of them.
 *   console FILE        "NAME REPORTS MB/s"
 *   console --markers   what is searched for, a line each: for grep -F */
#include "console/console.h"
#include "console/format.h"
#include "shared/cleanup.h"
#include "shared/file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	FILE_BYTES = 1024 * 1024 * 1024,
	CHUNK_BYTES = 64 * 1024,
	ROUNDS_MIN = 3,
};

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t read_once(const char *bytes, size_t size)
{
	struct console_reader *reader = console_reader_new();
	for (size_t at = 0; at < size; at += CHUNK_BYTES) {
		size_t piece = size - at < CHUNK_BYTES ? size - at : CHUNK_BYTES;
		console_reader_feed(reader, bytes + at, piece);
	}
	console_reader_finish(reader);
	size_t n = console_reader_count(reader) + console_reader_lost(reader);
	console_reader_free(reader);
	return n;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--markers") == 0) {
		for (const struct marker *m = markers; m->text != NULL; m++) {
			puts(m->text);
		}
		return 0;
	}
	_free_ char *bytes = NULL;
	size_t size = 0;
	if (argc != 2 || file_read(argv[1], FILE_BYTES, &bytes, &size) < 0) {
		return 2;
	}
	double best_s = 1e9;
	double spent_s = 0;
	size_t n = 0;
	for (int round = 0; round < ROUNDS_MIN || spent_s < 0.5; round++) {
		double start_s = now_s();
		n = read_once(bytes, size);
		double took_s = now_s() - start_s;
		spent_s += took_s;
		best_s = took_s < best_s ? took_s : best_s;
	}
	printf("%s %zu %.1f\n", argv[1], n, (double)size / 1e6 / best_s);
	return 0;
}

/* The console reader's speed, without database and JSON: reads a file in pieces as they would
 * arrive, as often as fits into half a second, and prints the best of them. console FILE "REPORTS
 * LINES ALLOCATIONS MB/s"; what reading the file costs is in the time console --markers   what is
 * searched for, a line each: for grep -F */
#include "console/console.h"
#include "console/format.h"
#include "shared/cleanup.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, ROUNDS_MIN = 3 };

/* Each allocation of the process, whoever makes it: these stand in front of glibc's. */
static size_t allocations;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
	allocations++;
	return __libc_realloc(p, size);
}

struct reading {
	double took_s;
	size_t reports;
	size_t allocations;
	size_t bytes;
};

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct reading read_once(int fd)
{
	static char chunk[CHUNK_BYTES];
	struct reading out = {.bytes = 0};
	size_t before = allocations;
	double start_s = now_s();
	struct console_reader *reader = console_reader_new();
	ssize_t n = pread(fd, chunk, sizeof(chunk), 0);
	while (n > 0) {
		console_reader_feed(reader, chunk, (size_t)n);
		out.bytes += (size_t)n;
		n = pread(fd, chunk, sizeof(chunk), (off_t)out.bytes);
	}
	console_reader_finish(reader);
	out.reports = console_reader_count(reader) + console_reader_lost(reader);
	out.allocations = allocations - before;
	console_reader_free(reader);
	out.took_s = now_s() - start_s;
	return out;
}

static size_t count_lines(int fd)
{
	char chunk[4096];
	size_t lines = 0;
	off_t at = 0;
	for (ssize_t n = pread(fd, chunk, sizeof(chunk), 0); n > 0;
		n = pread(fd, chunk, sizeof(chunk), at)) {
		for (ssize_t i = 0; i < n; i++) {
			lines += chunk[i] == '\n';
		}
		at += n;
	}
	return lines;
}

static void print_markers(void)
{
	for (const struct marker *m = markers; m->text != NULL; m++) {
		puts(m->text);
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--markers") == 0) {
		print_markers();
		return 0;
	}
	_fd_ int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		return 2;
	}
	struct reading best = read_once(fd);
	double spent_s = best.took_s;
	for (int round = 1; round < ROUNDS_MIN || spent_s < 0.5; round++) {
		struct reading next = read_once(fd);
		spent_s += next.took_s;
		best = next.took_s < best.took_s ? next : best;
	}
	printf("%zu %zu %zu %.1f\n", best.reports, count_lines(fd), best.allocations,
		(double)best.bytes / 1e6 / best.took_s);
	return 0;
}

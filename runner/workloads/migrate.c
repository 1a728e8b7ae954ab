/* A stressor of page migration: moves the page cache of files on the file system under test to and
 * fro between two NUMA nodes while others read the same pages. What counts is the RATE of short
 * get/put pairs on the very folios that move: small preads of one small file find races in a tenth
 * of a second which longer-held references do not find in minutes (migrate-hot); 64 MB of mapped
 * files show a change of the counters (migrate-reader). Pages are never dropped once the work has
 * begun: with FADV_DONTNEED in the loop the founding defect was missed now and then, since a mapped
 * folio that loses its private data migrates well again. */
#include "shared/number.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MPOL_MF_MOVE_ALL_FLAG = 4 }; /* MPOL_MF_MOVE_ALL of linux/mempolicy.h */
/* Each call of move_pages drains the page vectors of all cpus first, which costs more than moving
 * the 64 pages of a small file; so one call moves them to and fro many times. */
enum { MOVES_PER_CALL = 2048 };
enum { WORKERS_MAX = 64, FILES_MAX = 256, IO_BYTES = 64 * 1024, PREAD_MAX = 65536 };

/* What the command line sets; the table `options` below says what each is. */
struct settings {
	int64_t seconds, touchers, readers, read_bytes, movers, compactors, files, file_kb, hog_mb,
		pause_ms;
};

/* Shared by all workers, for the line at the end. */
struct totals {
	_Atomic int64_t moves, reads, touches, compactions;
};

struct file {
	int fd;
	char *map;
};

struct stress {
	struct settings settings;
	struct totals *totals;
	size_t file_bytes, page_bytes, pages; /* of each file */
	struct file files[FILES_MAX];
	size_t worker_count;
	pid_t workers[WORKERS_MAX];
};

struct option_row {
	char letter;
	size_t offset; /* of the number in struct settings */
	int64_t low, high;
	const char *help;
};

#define SETTING(member) offsetof(struct settings, member)

static const struct option_row options[] = {
	{'R', SETTING(readers), 0, WORKERS_MAX, "workers that pread at random places"},
	{'S', SETTING(read_bytes), 1, PREAD_MAX, "bytes of one pread"},
	{'c', SETTING(compactors), 0, WORKERS_MAX, "workers that write to compact_memory"},
	{'f', SETTING(files), 1, FILES_MAX, "files"},
	{'h', SETTING(hog_mb), 0, 65536, "MB of anonymous memory held and touched"},
	{'k', SETTING(file_kb), 4, 1048576, "KB of each file"},
	{'m', SETTING(movers), 0, WORKERS_MAX, "workers that move the files' pages between nodes"},
	{'p', SETTING(pause_ms), 0, 60000, "ms that compactors and the hog pause after each round"},
	{'r', SETTING(touchers), 0, WORKERS_MAX, "workers that map, touch and unmap the files"},
	{'t', SETTING(seconds), 1, 86400, "seconds"},
};

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

/* One write, so that the words of several workers do not mix. */
static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	const int error = errno;
	char text[256];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "migrate: error: %s: %s\n", text, strerror(error));
	_exit(1);
}

static void usage(void)
{
	fprintf(stderr, "usage: migrate [-LETTER NUMBER]...\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		fprintf(stderr, "  -%c  %s\n", options[i].letter, options[i].help);
	}
	exit(2);
}

static const struct option_row *option_find(const char *word)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (word[0] == '-' && word[1] == options[i].letter && word[2] == '\0') {
			return &options[i];
		}
	}
	return NULL;
}

static void read_settings(struct settings *settings, int argc, char **argv)
{
	for (int i = 1; i < argc; i += 2) {
		const struct option_row *row = option_find(argv[i]);
		int64_t value = 0;
		if (row == NULL || i + 1 == argc ||
			number_parse(argv[i + 1], row->low, row->high, &value) != 0) {
			fprintf(stderr, "migrate: error: bad option at '%s'\n", argv[i]);
			usage();
		}
		memcpy((char *)settings + row->offset, &value, sizeof(value));
	}
}

static uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13; /* xorshift32: getrandom would be most of a pread's time */
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void write_word(const char *path, const char *word)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, word, strlen(word)) < 0) {
		die("cannot write '%s' to %s", word, path);
	}
	close(fd);
}

/* --- files ----------------------------------------------------------------------------------- */

static void file_make(struct stress *stress, struct file *file, size_t number)
{
	static char block[IO_BYTES];
	char name[32];
	snprintf(name, sizeof(name), "migrate-%zu", number);
	memset(block, 'a' + (int)(number % 26), sizeof(block));
	file->fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file->fd < 0) {
		die("cannot create '%s'", name);
	}
	for (size_t done = 0; done < stress->file_bytes;) {
		const size_t left = stress->file_bytes - done;
		const ssize_t put =
			write(file->fd, block, left < sizeof(block) ? left : sizeof(block));
		if (put <= 0) {
			die("cannot write '%s'", name);
		}
		done += (size_t)put;
	}
	if (fsync(file->fd) < 0) {
		die("cannot sync '%s'", name);
	}
}

/* Fills the cache in pieces: page by page it would take seconds. Even files are read as random
 * ones, which gives folios of one page; odd ones with readahead, which gives large folios. */
static void file_read(struct stress *stress, struct file *file)
{
	static char block[IO_BYTES];
	const bool is_odd = (file - stress->files) % 2 == 1;
	posix_fadvise(file->fd, 0, 0, is_odd ? POSIX_FADV_SEQUENTIAL : POSIX_FADV_RANDOM);
	ssize_t got = sizeof(block);
	for (off_t at = 0; got > 0; at += got) {
		got = pread(file->fd, block, sizeof(block), at);
	}
	if (got < 0) {
		die("cannot read a file");
	}
}

static void file_map(struct stress *stress, struct file *file)
{
	file->map = mmap(NULL, stress->file_bytes, PROT_READ, MAP_SHARED, file->fd, 0);
	if (file->map == MAP_FAILED) {
		die("cannot map %zu bytes", stress->file_bytes);
	}
}

static void file_touch(const struct stress *stress, const struct file *file)
{
	for (size_t at = 0; at < stress->file_bytes; at += stress->page_bytes) {
		(void)*(volatile char *)(file->map + at);
	}
}

/* The files are written, then dropped from the cache and read again, so that their folios are clean
 * and as reading makes them: that is how a machine at work meets them. */
static void files_make(struct stress *stress)
{
	for (size_t i = 0; i < (size_t)stress->settings.files; i++) {
		file_make(stress, &stress->files[i], i);
	}
	write_word("/proc/sys/vm/drop_caches", "3");
	for (size_t i = 0; i < (size_t)stress->settings.files; i++) {
		file_read(stress, &stress->files[i]);
		file_map(stress, &stress->files[i]);
		file_touch(stress, &stress->files[i]);
	}
}

/* --- workers: each runs in a process of its own until it is killed ---------------------------- */

static void work_read(struct stress *stress, uint32_t seed)
{
	char bytes[PREAD_MAX];
	const size_t size = (size_t)stress->settings.read_bytes;
	for (;;) {
		const struct file *file =
			&stress->files[random_next(&seed) % stress->settings.files];
		const off_t at = (off_t)(random_next(&seed) % stress->pages * stress->page_bytes);
		if (pread(file->fd, bytes, size, at) < 0) {
			die("cannot read a file");
		}
		atomic_fetch_add_explicit(&stress->totals->reads, 1, memory_order_relaxed);
	}
}

static void work_touch(struct stress *stress, uint32_t seed)
{
	for (;;) {
		const struct file *file =
			&stress->files[random_next(&seed) % stress->settings.files];
		file_touch(stress, file);
		if (madvise(file->map, stress->file_bytes, MADV_DONTNEED) < 0) {
			die("cannot unmap the pages of a file");
		}
		atomic_fetch_add_explicit(
			&stress->totals->touches, (int64_t)stress->pages, memory_order_relaxed);
	}
}

/* The pages of one file, many times over, with the node changing after each round. */
struct move_list {
	size_t count;
	void **pages;
	int *nodes, *status;
};

static void move_list_init(struct stress *stress, struct move_list *list)
{
	const size_t rounds = (MOVES_PER_CALL + stress->pages - 1) / stress->pages;
	list->count = rounds * stress->pages;
	list->pages = calloc(list->count, sizeof(*list->pages));
	list->nodes = calloc(list->count, sizeof(*list->nodes));
	list->status = calloc(list->count, sizeof(*list->status));
	if (list->pages == NULL || list->nodes == NULL || list->status == NULL) {
		die("cannot hold a list of %zu pages", list->count);
	}
}

/* Only pages that are mapped here can be moved from here, so they are touched first. */
static void move_file(
	struct stress *stress, const struct file *file, struct move_list *list, int node)
{
	file_touch(stress, file);
	for (size_t i = 0; i < list->count; i++) {
		list->pages[i] = file->map + i % stress->pages * stress->page_bytes;
		list->nodes[i] = (node + (int)(i / stress->pages)) & 1;
	}
	if (syscall(SYS_move_pages, 0, list->count, list->pages, list->nodes, list->status,
		    MPOL_MF_MOVE_ALL_FLAG) < 0) {
		die("cannot move pages to node %d", node);
	}
	atomic_fetch_add_explicit(
		&stress->totals->moves, (int64_t)list->count, memory_order_relaxed);
}

static void work_move(struct stress *stress, uint32_t seed)
{
	struct move_list list;
	move_list_init(stress, &list);
	for (int node = (int)(seed & 1);; node = !node) {
		for (size_t i = 0; i < (size_t)stress->settings.files; i++) {
			move_file(stress, &stress->files[i], &list, node);
		}
	}
}

static void work_pause(const struct stress *stress)
{
	const int64_t ms = stress->settings.pause_ms;
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	if (ms > 0) {
		nanosleep(&pause, NULL);
	}
}

static void work_compact(struct stress *stress, uint32_t seed)
{
	(void)seed;
	for (;;) {
		write_word("/proc/sys/vm/compact_memory", "1");
		atomic_fetch_add_explicit(&stress->totals->compactions, 1, memory_order_relaxed);
		work_pause(stress);
	}
}

static void work_hog(struct stress *stress, uint32_t seed)
{
	const size_t size = (size_t)stress->settings.hog_mb << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		die("cannot hold %zu bytes", size);
	}
	for (;; seed++) {
		for (size_t at = 0; at < size; at += stress->page_bytes) {
			memory[at] = (char)seed;
		}
		work_pause(stress);
	}
}

static void workers_start(
	struct stress *stress, int64_t count, void (*work)(struct stress *stress, uint32_t seed))
{
	for (int64_t i = 0; i < count; i++) {
		if (stress->worker_count == WORKERS_MAX) {
			errno = E2BIG;
			die("cannot start more than %d workers", WORKERS_MAX);
		}
		const pid_t pid = fork();
		if (pid < 0) {
			die("cannot fork a worker");
		}
		if (pid == 0) {
			work(stress, (uint32_t)stress->worker_count + 1);
		}
		stress->workers[stress->worker_count++] = pid;
	}
}

static void workers_kill(const struct stress *stress)
{
	for (size_t i = 0; i < stress->worker_count; i++) {
		kill(stress->workers[i], SIGKILL);
	}
	while (wait(NULL) > 0) {
	}
}

/* --- the talk with init (runner/guest/workload.h) --------------------------------------------- */

/* The descriptor that init gave us, or standard output for a run by hand. */
static int talk_fd(void)
{
	int64_t fd = -1;
	return number_parse(getenv("FAULTLINE_FD"), 0, 1024, &fd) == 0 ? (int)fd : -1;
}

static void talk_ready(int fd)
{
	char go[8];
	if (fd >= 0 && (write(fd, "ready\n", 6) != 6 || read(fd, go, sizeof(go)) <= 0)) {
		die("cannot talk with init");
	}
}

static void talk_progress(int fd, int64_t done, int64_t of)
{
	dprintf(fd >= 0 ? fd : STDOUT_FILENO, "progress %" PRId64 " %" PRId64 "\n", done, of);
}

/* Sleeps until the time is over, with progress each second. A worker that ends early ends it all.
 */
static void watch(struct stress *stress, int talk)
{
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	const struct timespec second = {.tv_sec = 1};
	for (int64_t done = 0; done < stress->settings.seconds; done++) {
		talk_progress(talk, done, stress->settings.seconds);
		if (sigtimedwait(&child, NULL, &second) == SIGCHLD) {
			workers_kill(stress);
			errno = ECHILD;
			die("a worker ended early");
		}
	}
	talk_progress(talk, stress->settings.seconds, stress->settings.seconds);
}

static void block_sigchld(void)
{
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
}

static void stress_init(struct stress *stress)
{
	stress->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	stress->file_bytes = (size_t)stress->settings.file_kb * 1024;
	stress->pages = stress->file_bytes / stress->page_bytes;
	stress->totals = mmap(NULL, sizeof(*stress->totals), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stress->totals == MAP_FAILED) {
		die("cannot share memory with the workers");
	}
	if (stress->pages == 0) {
		errno = EINVAL;
		die("files of %zu bytes hold no page of %zu", stress->file_bytes,
			stress->page_bytes);
	}
}

int main(int argc, char **argv)
{
	static struct stress stress = {.settings = {.seconds = 10,
					       .readers = 2,
					       .read_bytes = 64,
					       .movers = 1,
					       .files = 1,
					       .file_kb = 256}};
	read_settings(&stress.settings, argc, argv);
	stress_init(&stress);
	block_sigchld();
	files_make(&stress);
	const int talk = talk_fd();
	talk_ready(talk);
	workers_start(&stress, stress.settings.movers, work_move);
	workers_start(&stress, stress.settings.readers, work_read);
	workers_start(&stress, stress.settings.touchers, work_touch);
	workers_start(&stress, stress.settings.compactors, work_compact);
	workers_start(&stress, stress.settings.hog_mb > 0 ? 1 : 0, work_hog);
	watch(&stress, talk);
	workers_kill(&stress);
	const struct totals *t = stress.totals;
	printf("migrate: asked to move %" PRId64 " pages, preads %" PRId64 ", touches %" PRId64
	       ", compactions %" PRId64 "\n",
		t->moves, t->reads, t->touches, t->compactions);
	return 0;
}

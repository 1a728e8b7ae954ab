/* The console reader: bytes of a kernel's console in, crash reports out. Pure: no clock, no files,
 * no database. Titles follow the field's convention ("kernel BUG in filemap_read"), so that they
 * are what kernel developers already search for. Memory stays bounded whatever arrives (see
 * limits.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised whenever the same bytes may give another answer, so that stored reports can be read again.
 */
#define CONSOLE_READER_VERSION 3

/* A limit was met while this report was read: its answer stands on less than the console holds. */
enum console_limit {
	CONSOLE_LIMIT_TEXT = 1,   /* the report's text went on after the part that was kept */
	CONSOLE_LIMIT_LINE = 2,   /* a line of it was longer than what is kept of a line */
	CONSOLE_LIMIT_FRAMES = 4, /* it has more frames than are listed */
};

/* One line of the stack, the faulting place first. Absent strings are NULL. */
struct console_frame {
	const char *function;
	uint64_t offset_bytes; /* into the function; 0 when has_offset is false */
	uint64_t size_bytes;   /* of the function; 0 when unknown */
	const char *module;
	const char *file; /* source file where the report is symbolised */
	int line;         /* in `file`; 0 when unknown */
	bool has_offset;
	bool is_reliable; /* false for "? f" and "f (unreliable)" */
	bool is_fault;  /* of the faulting line: its offset is exact, others are return addresses */
	bool is_inline; /* a symbolised caller that was inlined */
};

/* What dump_page() said. Numbers that the dump does not carry are CONSOLE_UNKNOWN, strings NULL. */
#define CONSOLE_UNKNOWN INT64_MIN
struct console_page {
	const char *reason;  /* "page dumped because: …" */
	const char *address; /* as printed, may be "(____ptrval____)" */
	const char *mapping; /* as printed */
	const char *aops;    /* symbol or address of the address space operations */
	const char *dentry;  /* dentry name, without its quotes */
	const char *flags;   /* as printed: "0x…(locked|uptodate|…)" */
	const char *memcg;   /* as printed */
	const char *type;    /* page_type, as printed */
	const char **raw;    /* raw words, as printed */
	size_t n_raw;
	int64_t refcount;
	int64_t mapcount;
	int64_t index;
	int64_t pfn;
	int64_t inode;
	int64_t order;           /* of the compound page it belongs to; 0 for a single page */
	int64_t entire_mapcount; /* of that, as its "head:" line says */
	int64_t pages_mapped;
	int64_t pincount;
};

/* One crash report. All strings are owned by the report. Absent strings are NULL. */
struct console_report {
	const char *title;       /* never NULL nor empty */
	const char *const *alts; /* titles under which the same bug may be known; sorted */
	size_t n_alts;
	const char *type;          /* the field's name ("LOCKDEP"), "" when it has none */
	const char *function;      /* guilty function, NULL when the title names none */
	const char *file;          /* guilty source file; NULL where the log is not symbolised */
	const char *corrupted_why; /* NULL when not corrupted */
	const struct console_frame *frames;
	size_t n_frames;
	const struct console_page *page; /* NULL when no page was dumped */
	const char *arch; /* "x86_64", "arm64", "ppc64le", …; NULL when it does not show */
	const char *comm;
	const char *kernel; /* release */
	const char
		*taint; /* flag letters without spaces, "" for "Not tainted", NULL when not said */
	const char *instruction; /* the faulting instruction as printed between <> or (), in hex; on
				    x86 as many bytes as it may have */
	const char *code;        /* the whole of the Code: or Instruction dump: text */
	const char *trap; /* POWER: the TRAP number; others: the oops's error code, as printed */
	double uptime_s;  /* printk's stamp of the report's first line; NAN when it has none */
	int64_t pid;      /* CONSOLE_UNKNOWN when not said */
	int64_t cpu;
	uint64_t start_bytes; /* of the line that makes it a report, from the beginning of the
				 console */
	uint64_t lead_bytes;  /* where what belongs to it begins: page dump, "cut here"; <=
				 start_bytes */
	uint64_t end_bytes;   /* behind its last line */
	unsigned limits;      /* enum console_limit, ored */
	bool is_corrupted;
	bool is_panicked;   /* the kernel panicked at or after it, in the same boot */
	bool is_suppressed; /* the console says that something outside the kernel's fault ended it
			     */
	bool is_final;      /* nothing that may still arrive can change title or type */
};

struct console_reader;

/* A reader for one console. Owned by the caller. */
struct console_reader *console_reader_new(void);
void console_reader_free(struct console_reader *reader);

/* The next bytes, in any pieces: only the bytes count, never how they were cut. */
void console_reader_feed(struct console_reader *reader, const void *bytes, size_t size);

/* The console has ended: a last line without its newline counts too. Nothing may be fed after it.
 */
void console_reader_finish(struct console_reader *reader);

/* The n-th report so far, in the order of their beginnings, or NULL; `console_reader_count` of them
 * exist. A report is known by its start_bytes: one before it may still turn up. Until it is final
 * its title and all else may change with more bytes, and the next line may say that it was only
 * replayed. The pointer lives until the next feed, finish or free. */
size_t console_reader_count(struct console_reader *reader);
const struct console_report *console_reader_report(struct console_reader *reader, size_t n);

/* How many reports there were beyond those that are kept. */
size_t console_reader_lost(const struct console_reader *reader);

/* A whole console at once. The answer is a finished reader, owned by the caller. */
struct console_reader *console_read(const void *bytes, size_t size);

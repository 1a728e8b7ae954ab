/* What bounds the reader's memory and time, whatever a console holds. */
#pragma once

enum {
	/* Bytes of a line that are looked at. The kernel's own lines end at 1 KiB (LOG_LINE_MAX),
	 * with prefixes and continuations at a few; a console without newlines must not fill
	 * memory. */
	LIMIT_LINE_BYTES = 16 * 1024,
	/* Bytes of a line that a report keeps: patterns run over these. */
	LIMIT_LINE_KEPT_BYTES = 2 * 1024,
	/* Text that one report may hold. Reports with the backtraces of hundreds of CPUs come to
	 * some hundred KiB; what names them stands at their beginning. */
	LIMIT_REPORT_BYTES = 256 * 1024,
	LIMIT_REPORT_LINES = 4096,
	/* Lines read on behind the next report's beginning, to see stacks torn apart by it. */
	LIMIT_AMONG_OTHERS_LINES = 80,
	/* Reports kept of one console; the rest is counted. A guest that warns for ever says no
	 * more with its thousandth report than with its first. */
	LIMIT_REPORTS = 2000,
	/* Reports that grow at the same time: one for each task or CPU that prints. */
	LIMIT_OPEN = 16,
	/* What stands before a report and may belong to it: dump_page() prints some fifteen lines,
	 * and two stacks of the page's owner. */
	LIMIT_LEAD_LINES = 80,
	LIMIT_LEAD_BYTES = 12 * 1024,
	/* Bytes taken into the window at a time: large enough to be fast, small enough for the
	   cache. */
	LIMIT_PIECE_BYTES = 128 * 1024,
	/* Frames listed of one report. */
	LIMIT_FRAMES = 128,
	/* Lines without a frame, register or the like after which a report is over for what
	 * follows: a panic behind them is another matter. */
	LIMIT_QUIET_LINES = 100,
	/* Such lines after which it is over for all: a stack that comes so late is another's. */
	LIMIT_OVER_LINES = 400,
};

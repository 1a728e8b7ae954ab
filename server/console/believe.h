/* Whether a line that holds a marker is the kernel's word for a crash, and whether for a new one.
 */
#pragma once

#include "console/format.h"
#include "console/line.h"

/* Whether the kernel wrote it. `has_stamps`: it stamps its lines here. */
bool believe_kernel(const struct marker *marker, const struct line_head *head, bool has_stamps);

/* True for lines that could start a report, but normally stand inside of one. */
bool believe_inside(struct text text);

/* True for panics that only say what became of a report before them. */
bool believe_aftermath(struct text text);

/* "Linux version 6.1.0 (…": the release when a kernel starts here, size 0 otherwise. */
struct text believe_boot(struct text line, bool *has_stamp);

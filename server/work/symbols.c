/* Stage symbols: what runners answered goes to the reports. Here the guilty source file is named,
 * since only the console's reader knows which functions are never to blame. */
#include "work/stage.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "console/console.h"
#include "console/source.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/symbol.h"
#include "work/stack.h"

/* The line in `file` where the stack meets it first. */
static int stack_line(const struct stack *stack, const char *file)
{
	for (size_t i = 0; file != NULL && i < stack->n; i++) {
		if (stack->frames[i].file != NULL && strcmp(stack->frames[i].file, file) == 0) {
			return stack->frames[i].line;
		}
	}
	return 0;
}

static int report_done(struct db *tx, const struct symbol_report *report)
{
	_json_ json_t *frames = json_loads(report->frames, 0, NULL);
	_stack_ struct stack stack = stack_read(frames);
	const char *file = source_guilty(report->title, stack.frames, stack.n);
	return symbol_source_put(tx, report, file, stack_line(&stack, file));
}

static int reports_done(struct db *tx, int64_t kernel_id)
{
	size_t n = 1;
	int outcome = 0;
	while (outcome == 0 && n > 0) {
		struct symbol_report *reports = NULL;
		outcome = symbol_reports(tx, kernel_id, &reports, &n);
		for (size_t i = 0; outcome == 0 && i < n; i++) {
			outcome = report_done(tx, &reports[i]);
		}
		symbol_reports_free(reports, reports != NULL ? n : 0);
	}
	return outcome;
}

/* One kernel in one transaction. 0, SYMBOL_NONE, DB_REFUSED or a fault. */
static int turn(struct stage_place *place, int64_t *kernel_id)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(place->db, &tx);
	if (outcome == 0) {
		outcome = symbol_next(tx, kernel_id);
	}
	if (outcome == 0) {
		outcome = reports_done(tx, *kernel_id);
	}
	if (outcome == 0) {
		outcome = symbol_done(tx, *kernel_id);
	}
	return outcome == 0 ? db_commit(&tx) : outcome;
}

int stage_symbols(struct stage_place *place)
{
	int64_t kernel_id = 0;
	int outcome = symbol_expire(place->db);
	if (outcome == 0) {
		outcome = turn(place, &kernel_id);
	}
	if (outcome == 0) {
		return STAGE_DID;
	}
	if (outcome == DB_REFUSED) {
		return log_fault("kernel %" PRId64 ": cannot put its symbols to the reports: %s",
			kernel_id, db_refusal(place->db));
	}
	return outcome == SYMBOL_NONE ? STAGE_IDLE : outcome;
}

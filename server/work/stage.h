/* The background stages, and what each is given. Only work.c knows their order. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct config;
struct consoles;
struct db;
struct retention_limits;

/* One thread's; a stage keeps nothing elsewhere. */
struct stage_place {
	struct db *db;
	const struct config *config;
	const char *state_folder;
	int64_t refresh_s;
	int stop_fd;               /* readable: end soon */
	struct consoles *consoles; /* readers of consoles that are still arriving */
};

/* It is to stop now. */
bool stage_is_stopping(const struct stage_place *place);

/* Each looks for its work, does what it finds, and answers STAGE_IDLE, STAGE_DID (there may be
 * more), or a fault. What is wrong with one item is written at the item. */
enum { STAGE_IDLE = 0, STAGE_DID = 1 };

int stage_bisect(struct stage_place *place);    /* attempts of a range → which commit it was */
int stage_causes(struct stage_place *place);    /* counts → bugs that may have one cause */
int stage_cells(struct stage_place *place);     /* what was not tried enough → runs */
int stage_changes(struct stage_place *place);   /* points → changes, attempts that confirm them */
int stage_crossings(struct stage_place *place); /* suspect x fix → runs */
int stage_decide(struct stage_place *place);    /* what has happened → alerts, deliveries */
int stage_deliver(struct stage_place *place);   /* deliveries → people */
int stage_gone(struct stage_place *place);      /* counts → bugs that are fixed, in numbers */
int stage_ingest(struct stage_place *place);    /* streams → samples, phases, occurrences, bugs */
int stage_leases(struct stage_place *place);    /* silent runners' attempts and claims go back */
int stage_machines(struct stage_place *place);  /* who is heard, whose attempts fail */
int stage_measure(struct stage_place *place);   /* ended attempts → exposure, points */
int stage_patches(struct stage_place *place);   /* commits → patches that others are built with */
int stage_paths(struct stage_place *place);     /* ranges searched → commits near the crash */
int stage_plan(struct stage_place *place);      /* trees' policies → runs */
int stage_retention(struct stage_place *place); /* what is too old or too much goes */
int stage_rules(struct stage_place *place);     /* reports → known issues */
int stage_symbols(struct stage_place *place);   /* answers of runners → reports, guilty files */
int stage_tidy(struct stage_place *place);  /* partitions ahead, half files and old mirrors away */
int stage_watch(struct stage_place *place); /* git trees → commits */

/* What the options say of it. */
struct retention_limits retention_configured(const struct config *config);

/* Why a statement failed, in words for people: the database's own when it refused. */
const char *stage_why(const struct db *db, int outcome);

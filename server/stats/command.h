/* The calculators on the command line; none needs a database. argv[0] is the command's name; each
 * answers an exit status: 0, 1 when a file cannot be read, 2 for wrong use. */
#pragma once

/* `bisect-sim [--histories N] [--seed N] [--fails P] [--short] [--check]`: searches of planted
 * culprits, ours beside what people do. --check: the status is 1 where it does not keep what it
 * promises. */
int command_bisect_sim(int argc, char **argv);

/* `causes FILE`: prints a line of JSON for each two bugs that share call chains: do they rise and
 * fall together? A file is {"exposure": [of each revision], "bugs": [{"name", "events": [in each
 * revision], "frames": [functions]}], "edges": [[from, to], …]}; without edges each revision
 * follows the one before. */
int command_causes(int argc, char **argv);

/* `changepoints FILE…`: prints {"NAME": [indices], …} on one line. A file is {"name": …, "series":
 * [numbers and nulls]}, or series as an array of {"raw": […]}, of which the first is read. "-" is
 * standard input. An index is that of the first point of a new level, from 0. */
int command_changepoints(int argc, char **argv);

/* `rate EVENTS/EXPOSURE [--json]`: a rate with interval. `rate BEFORE AFTER [BEFORE AFTER]…
 * [--json]`, each EVENTS/EXPOSURE[/SECONDS]: fixed or masked, one pair for each stratum. */
int command_rate(int argc, char **argv);

/* `power EVENTS/EXPOSURE[/SECONDS] [--risk R] [--ratio X] [--json]`: how long to run. */
int command_power(int argc, char **argv);

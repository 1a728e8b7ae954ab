/* `faultline-server console [--text] [FILE…]`: what a console holds, without a database. */
#pragma once

/* argv[0] is "console". Reads standard input without a FILE or for "-". Prints one line of JSON for
 * each report, in the order of the console: "name" is the path's last two parts, with "#2" and so
 * on for the second and further reports of one file; a file without a report gives one line with an
 * empty title. With --text it prints for people. Answers an exit status: 0, 1 when a file cannot be
 * read, 2 for wrong use. */
int console_command(int argc, char **argv);

/* What operators do offline. Each takes the arguments behind the command's name, and answers an
 * exit status. */
#pragma once

struct config;

int command_migrate(const struct config *config, int argc, char **argv);
int command_profile(const struct config *config, int argc, char **argv);
int command_reread(const struct config *config, int argc, char **argv);
int command_retention(const struct config *config, int argc, char **argv);
int command_token(const struct config *config, int argc, char **argv);
int command_tree(const struct config *config, int argc, char **argv);

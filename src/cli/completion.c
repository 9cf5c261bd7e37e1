/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include "cli/command.h"
#include "cli/table.h"

#include <assert.h>
#include <string.h>

static bool is_child(const struct command *command, const char *parent)
{
	if (command->hidden)
		return false;
	if (!parent)
		return !command->parent;
	return command->parent && strcmp(command->parent, parent) == 0;
}

static void bash_children(FILE *out, const char *parent)
{
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (is_child(command, parent))
			fprintf(out, "%s ", command->name);
	}
}

static void bash_option_names(FILE *out, const struct command *command)
{
	for (size_t i = 0; i < command->option_count; i++)
		fprintf(out, "--%s ", command->options[i].name);
	for (const struct option *option = global_options(); option->name; option++) {
		if (global_option_applies(command, option))
			fprintf(out, "--%s ", option->name);
	}
}

/* The value of the option before the word: a choice, a file, or nothing we know. */
static void bash_value(FILE *out, const struct option *option)
{
	if (option->kind == OPTION_FLAG)
		return;
	fprintf(out, "\t\t--%s", option->name);
	if (option->letter)
		fprintf(out, "|-%c", option->letter);
	if (option->kind == OPTION_CHOICE) {
		fputs(") words='", out);
		for (const char *letter = option->choices; *letter; letter++)
			fputc(*letter == '|' ? ' ' : *letter, out);
		fputs("'; options= ;;\n", out);
	} else if (option->kind == OPTION_FILE) {
		fputs(") files=1; options= ;;\n", out);
	} else {
		fputs(") return ;;\n", out);
	}
}

static void bash_command(FILE *out, const struct command *command)
{
	fprintf(out, "\t'%s%s%s')\n\t\toptions='", command->parent ? command->parent : "",
		command->parent ? " " : "", command->name);
	bash_option_names(out, command);
	fputs("'\n\t\twords='", out);
	if (!command->run)
		bash_children(out, command->name);
	fputs("'\n", out);
	if (strstr(command->operands, "FILE"))
		fputs("\t\tfiles=1\n", out);
	fputs("\t\tcase $before in\n", out);
	for (size_t i = 0; i < command->option_count; i++)
		bash_value(out, &command->options[i]);
	fputs("\t\tesac ;;\n", out);
}

void completion_bash(FILE *out)
{
	fputs("# bash completion for dsfi; generated from its table of commands\n"
	      "_dsfi() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tlocal command= options='--help --version' words= files= i\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in -*) continue ;; esac\n"
	      "\t\tcase \"$command ${COMP_WORDS[i]}\" in\n",
	      out);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (!command->hidden)
			fprintf(out, "\t\t'%s %s') command='%s%s%s' ;;\n",
				command->parent ? command->parent : "", command->name,
				command->parent ? command->parent : "", command->parent ? " " : "",
				command->name);
	}
	fputs("\t\tesac\n\tdone\n\tcase $command in\n\t'')\n\t\twords='", out);
	bash_children(out, NULL);
	fputs("' ;;\n", out);
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (!command->hidden)
			bash_command(out, command);
	}
	fputs("\tesac\n"
	      "\tCOMPREPLY=()\n"
	      "\tcase $word in\n"
	      "\t-*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\") ;;\n"
	      "\t*)\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	      "\t\tif [ -n \"$files\" ]; then\n"
	      "\t\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\")\n"
	      "\t\tfi ;;\n"
	      "\tesac\n"
	      "}\n"
	      "complete -o filenames -F _dsfi dsfi\n",
	      out);
}

/* Inside '...' of a zsh specification: quotes end it, colons and brackets part it. */
static void zsh_quoted(FILE *out, const char *text)
{
	for (const char *next = text; *next; next++) {
		if (*next == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr(":[]\\", *next))
			fputc('\\', out);
		fputc(*next, out);
	}
}

static void zsh_option(FILE *out, const struct option *option)
{
	if (option->letter)
		fprintf(out, "\t\t'(-%c --%s)'{-%c,--%s%s}'[", option->letter, option->name,
			option->letter, option->name, option->argument ? "=" : "");
	else
		fprintf(out, "\t\t'%s--%s%s[", option->kind == OPTION_LIST ? "*" : "", option->name,
			option->argument ? "=" : "");
	zsh_quoted(out, option->help);
	fputc(']', out);
	if (option->argument)
		fprintf(out, ":%s:", option->argument);
	if (option->kind == OPTION_FILE)
		fputs("_files", out);
	if (option->kind == OPTION_CHOICE) {
		fputc('(', out);
		for (const char *letter = option->choices; *letter; letter++)
			fputc(*letter == '|' ? ' ' : *letter, out);
		fputc(')', out);
	}
	fputs("' \\\n", out);
}

static void zsh_describe(FILE *out, const char *parent)
{
	fputs("\t\twords_here=(\n", out);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (!is_child(command, parent))
			continue;
		fprintf(out, "\t\t\t'%s:", command->name);
		zsh_quoted(out, command->summary);
		fputs("'\n", out);
	}
	fputs("\t\t)\n\t\t_describe command words_here ;;\n", out);
}

static void zsh_command(FILE *out, const struct command *command)
{
	fprintf(out, "\t'%s%s%s')\n", command->parent ? command->parent : "",
		command->parent ? " " : "", command->name);
	if (!command->run) {
		zsh_describe(out, command->name);
		return;
	}
	fputs("\t\t_arguments \\\n", out);
	for (size_t i = 0; i < command->option_count; i++)
		zsh_option(out, &command->options[i]);
	for (const struct option *option = global_options(); option->name; option++) {
		if (global_option_applies(command, option))
			zsh_option(out, option);
	}
	fprintf(out, "\t\t'*:operand:%s' ;;\n", strstr(command->operands, "FILE") ? "_files" : "");
}

void completion_zsh(FILE *out)
{
	fputs("#compdef dsfi\n"
	      "# zsh completion for dsfi; generated from its table of commands\n"
	      "_dsfi() {\n"
	      "\tlocal command= word depth=1\n"
	      "\tlocal -a words_here\n"
	      "\tfor word in ${words[2,CURRENT-1]}; do\n"
	      "\t\tcase $word in -*) continue ;; esac\n"
	      "\t\tcase \"$command $word\" in\n",
	      out);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (!command->hidden)
			fprintf(out, "\t\t'%s %s') command='%s%s%s'; ((depth++)) ;;\n",
				command->parent ? command->parent : "", command->name,
				command->parent ? command->parent : "", command->parent ? " " : "",
				command->name);
	}
	/* _arguments takes the first word for the command's name. */
	fputs("\t\tesac\n\tdone\n"
	      "\t((CURRENT > depth)) && { words=(dsfi \"${(@)words[depth+1,-1]}\"); "
	      "((CURRENT -= depth - 1)); }\n"
	      "\tcase $command in\n\t'')\n",
	      out);
	zsh_describe(out, NULL);
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (!command->hidden)
			zsh_command(out, command);
	}
	fputs("\tesac\n}\n_dsfi \"$@\"\n", out);
}

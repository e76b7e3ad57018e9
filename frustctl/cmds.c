/* The list of the commands, and finding one by its name. */
#include <string.h>

#include "cmd.h"

const struct cmd *const cmds[] = {
	&cmd_stats,
	&cmd_users,
	&cmd_user,
	&cmd_clicks,
	&cmd_events,
	&cmd_hours,
	&cmd_chart_hours,
	&cmd_chart_week,
	&cmd_chart_users,
	&cmd_export,
	&cmd_import,
	&cmd_backup,
	&cmd_restore,
	&cmd_check,
	&cmd_repair,
	&cmd_init,
	&cmd_migrate,
	&cmd_vacuum,
	&cmd_user_rename,
	&cmd_user_merge,
	&cmd_user_erase,
	&cmd_clicks_delete,
	&cmd_events_delete,
	&cmd_ban_add,
	&cmd_ban_list,
	&cmd_ban_remove,
	&cmd_announce,
	&cmd_complete,
	NULL,
};

/* The command whose name is these n words. */
static const struct cmd *find_named(const char *const *words, int n)
{
	size_t len = strlen(words[0]);

	for (size_t i = 0; cmds[i]; i++) {
		const char *name = cmds[i]->name;

		if (strncmp(name, words[0], len) != 0)
			continue;
		if (n == 1 ? !name[len] : name[len] == ' ' && !strcmp(name + len + 1, words[1]))
			return cmds[i];
	}
	return NULL;
}

const struct cmd *cmd_find(const char **words, int *count, int named)
{
	for (int n = named < 2 ? named : 2; n > 0; n--) {
		const struct cmd *cmd = find_named(words, n);

		if (!cmd)
			continue;
		*count -= n;
		memmove(words, words + n, (size_t)*count * sizeof(*words));
		return cmd;
	}
	return NULL;
}

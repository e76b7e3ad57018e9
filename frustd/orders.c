#include "orders.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signums[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD};

struct orders {
	struct orders_options options;
	struct net_signal *signals[FR_ARRAY_LEN(signums)];
	pid_t trial; /* the process that looks at the configuration; 0: none */
};

/* Runs the program that is there now, which may be a newer one, with --check-config: what it has to
 * say goes to the standard error that both share. */
static void begin_trial(struct orders *orders)
{
	const struct orders_options *options = &orders->options;
	char **argv = calloc((size_t)options->argc + 2, sizeof(*argv)), check[] = "--check-config";
	posix_spawn_file_actions_t actions;
	int err = argv ? posix_spawn_file_actions_init(&actions) : ENOMEM;

	if (err == 0) {
		memcpy(argv, options->argv, (size_t)options->argc * sizeof(*argv));
		argv[options->argc] = check;
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
						       O_WRONLY, 0);
		if (err == 0)
			err = posix_spawnp(&orders->trial, argv[0], &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	free(argv);
	if (err != 0) {
		orders->trial = 0;
		fr_log(options->log, FR_LOG_ERROR, "not restarted: cannot run %s: %s",
		       options->argv[0], strerror(err));
	}
}

static void end_trial(struct orders *orders)
{
	int status;

	if (orders->trial == 0 || waitpid(orders->trial, &status, WNOHANG) != orders->trial)
		return;
	orders->trial = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		orders->options.restart(orders->options.ctx);
	else
		fr_log(orders->options.log, FR_LOG_ERROR,
		       "not restarted: the configuration is not in order");
}

static void on_signal(void *ctx, int signum)
{
	struct orders *orders = ctx;

	switch (signum) {
	case SIGHUP:
		orders->options.reload(orders->options.ctx);
		break;
	case SIGUSR2:
		if (orders->trial == 0)
			begin_trial(orders);
		break;
	case SIGCHLD:
		end_trial(orders);
		break;
	default:
		orders->options.stop(orders->options.ctx, signum);
		break;
	}
}

static void set_mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < FR_ARRAY_LEN(signums); i++)
		sigaddset(&set, signums[i]);
	pthread_sigmask(how, &set, NULL);
}

int orders_open(const struct orders_options *options, struct orders **out)
{
	struct orders *orders = calloc(1, sizeof(*orders));
	int rc;

	if (!orders)
		return -ENOMEM;
	orders->options = *options;
	for (size_t i = 0; i < FR_ARRAY_LEN(signums); i++) {
		rc = net_signal_open(options->loop, signums[i], on_signal, orders,
				     &orders->signals[i]);
		if (rc < 0) {
			orders_close(orders);
			return rc;
		}
	}
	set_mask(SIG_UNBLOCK);
	*out = orders;
	return 0;
}

void orders_close(struct orders *orders)
{
	if (!orders)
		return;
	for (size_t i = 0; i < FR_ARRAY_LEN(signums); i++)
		net_signal_close(orders->signals[i]);
	free(orders);
}

void orders_hold(void)
{
	set_mask(SIG_BLOCK);
}

#include "doors.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "systemd.h"

/* The name of a socket that the program before a restart had opened itself; who names those that he
 * gives will hardly think of it. */
#define OURS "frustd opened it"

/* Which file is the socket's, so that at the end no other is removed. */
static void remember_file(struct door *door)
{
	struct stat file;

	if (door->given || door->place.address.family != NET_UNIX ||
	    lstat(door->place.path, &file) < 0)
		return;
	door->dev = file.st_dev;
	door->ino = file.st_ino;
}

static void close_door(const struct door *door)
{
	struct stat file;

	if (door->ino && lstat(door->place.path, &file) == 0 && file.st_dev == door->dev &&
	    file.st_ino == door->ino)
		unlink(door->place.path);
	close(door->fd);
}

/* What the process was given; its names tell what of it was our own. */
static bool take_given(struct doors *doors, const struct fr_log *log)
{
	char *names;
	unsigned count = systemd_take_fds(&names);
	struct fr_str rest = fr_str_of(names);
	bool fine = true;

	for (unsigned i = 0; i < count; i++) {
		struct door *door = &doors->all[doors->count];
		size_t end = fr_str_find(rest, ':');
		int err;

		*door = (struct door){.fd = SYSTEMD_FIRST_FD + (int)i};
		door->given = !fr_str_eq(fr_str(rest.at, end), FR_STR(OURS));
		err = net_place_of(door->fd, &door->place);
		if (err < 0) {
			fr_log(log, FR_LOG_ERROR, "cannot listen on the descriptor %d: %s",
			       door->fd, strerror(-err));
			fine = false;
			continue;
		}
		remember_file(door);
		doors->count++;
		rest = fr_str_skip(rest, end < rest.len ? end + 1 : end);
	}
	free(names);
	return fine;
}

static bool is_asked_for(const struct door *door, const struct options *options)
{
	for (unsigned i = 0; i < options->listen_count; i++)
		if (net_place_fits(&door->place, &options->listen[i]))
			return true;
	return false;
}

/* Our own from before a restart, at a place that was given up by it. */
static void close_unasked(struct doors *doors, const struct options *options)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < doors->count; i++) {
		if (doors->all[i].given || is_asked_for(&doors->all[i], options))
			doors->all[kept++] = doors->all[i];
		else
			close_door(&doors->all[i]);
	}
	doors->count = kept;
}

/* 0 or a negative errno. */
static int open_door(struct doors *doors, const struct net_place *place, mode_t mode)
{
	struct door *door = &doors->all[doors->count];
	int fd = doors->count < DOORS_MAX ? net_place_listen(place, mode) : -EMFILE;
	int err;

	if (fd < 0)
		return fd;
	*door = (struct door){.fd = fd};
	err = net_place_of(fd, &door->place);
	if (err < 0) {
		close(fd);
		return err;
	}
	remember_file(door);
	doors->count++;
	return 0;
}

static bool open_asked(struct doors *doors, const struct options *options, const struct fr_log *log)
{
	bool taken[DOORS_MAX] = {false};
	unsigned before = doors->count;
	char text[NET_PLACE_TEXT];

	for (unsigned i = 0; i < options->listen_count; i++) {
		const struct net_place *place = &options->listen[i];
		unsigned k = 0;
		int err;

		while (k < before && (taken[k] || !net_place_fits(&doors->all[k].place, place)))
			k++;
		if (k < before) {
			taken[k] = true;
			continue;
		}
		err = open_door(doors, place, (mode_t)options->socket_mode);
		if (err < 0) {
			net_place_text(place, text);
			fr_log(log, FR_LOG_ERROR, "cannot listen on %s: %s", text, strerror(-err));
			return false;
		}
	}
	return true;
}

bool doors_open(struct doors *doors, const struct options *options, const struct fr_log *log)
{
	bool fine = take_given(doors, log), given = false;

	for (unsigned i = 0; i < doors->count; i++)
		given = given || doors->all[i].given;
	close_unasked(doors, options);
	if (given && options->listen_default)
		return fine;
	return open_asked(doors, options, log) && fine;
}

void doors_close(struct doors *doors)
{
	for (unsigned i = 0; i < doors->count; i++)
		close_door(&doors->all[i]);
	doors->count = 0;
}

int doors_pass(const struct doors *doors)
{
	struct fr_buf names = FR_BUF_INIT;
	int fds[DOORS_MAX], err;

	for (unsigned i = 0; i < doors->count; i++) {
		fds[i] = doors->all[i].fd;
		fr_buf_printf(&names, "%s%s", i ? ":" : "", doors->all[i].given ? "given" : OURS);
	}
	fr_buf_add_char(&names, '\0');
	err = fr_buf_error(&names);
	if (err == 0)
		err = systemd_pass_fds(fds, doors->count, names.at);
	fr_buf_fini(&names);
	return err;
}

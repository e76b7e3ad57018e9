/*
 * live_writer FILE USER: each line on standard input is a click of USER with that comment; when it
 * is on the disk its id is printed. The end of the input ends the program, after the last commit.
 *
 * Shows the writer inside a poll() loop. Its thread says "something settled" by a byte in a pipe,
 * the loop wakes up and takes the settlements. The loop never waits for the disk; lines that come
 * while a commit runs share the next one.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <frust/frust.h>

struct live {
	struct frust_writer *writer;
	struct frust_str user;
	int wake[2]; /* the pipe: the writer's thread writes, the loop reads */
	bool ended;  /* the input */
	int failed;  /* clicks that were not stored */
	uint64_t lines;
	size_t len; /* bytes of the line that is not yet whole */
	char line[4096];
};

/* On the writer's thread. A full pipe is fine: the loop has not read yet that it is to wake up. */
static void on_wake(void *ctx)
{
	const struct live *live = ctx;
	ssize_t r;

	do
		r = write(live->wake[1], "", 1);
	while (r < 0 && errno == EINTR);
}

static void on_settled(void *ctx, const struct frust_settled *settled)
{
	struct live *live = ctx;

	if (settled->kind != FRUST_SETTLED_RECORD)
		return;
	if (settled->status == 0) {
		printf("line %" PRIu64 ": click %" PRId64 "\n", settled->tag, settled->record->id);
		return;
	}
	live->failed++;
	fprintf(stderr, "line %" PRIu64 ": %s\n", settled->tag, settled->error->text);
}

/* A line is whole: it is copied by the push, so the buffer is free again at once. */
static void push_line(struct live *live, const char *line, size_t len)
{
	struct frust_record click = {
		.kind = FRUST_CLICK,
		.timestamp = (int64_t)time(NULL),
		.user = live->user,
		.comment = {line, len},
	};
	const char *refused = NULL;
	int r;

	live->lines++;
	r = frust_record_clean(&click, NULL);
	if (r > 0)
		refused = frust_refusal_text(r);
	else if (r == 0)
		r = frust_writer_push(live->writer, &click, live->lines);
	if (r < 0)
		refused = frust_strerror(r); /* FRUST_EFULL: a program of its own would wait here */
	if (refused) {
		live->failed++;
		fprintf(stderr, "line %" PRIu64 ": %s\n", live->lines, refused);
	}
}

static void on_input(struct live *live)
{
	char *start = live->line, *end;
	ssize_t n = read(STDIN_FILENO, live->line + live->len, sizeof(live->line) - live->len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	live->ended = n <= 0;
	live->len += n > 0 ? (size_t)n : 0;
	while ((end = memchr(start, '\n', live->len)) != NULL) {
		push_line(live, start, (size_t)(end - start));
		live->len -= (size_t)(end + 1 - start);
		start = end + 1;
	}
	/* The last line may lack its end; one that fills the buffer is too long for any comment. */
	if (live->len > 0 && (live->ended || live->len == sizeof(live->line))) {
		push_line(live, start, live->len);
		live->len = 0;
	}
	memmove(live->line, start, live->len);
}

static void on_woken(struct live *live)
{
	char bytes[64];

	while (read(live->wake[0], bytes, sizeof(bytes)) > 0)
		;
	frust_writer_poll(live->writer, on_settled, live);
}

static void loop(struct live *live)
{
	struct pollfd fds[] = {
		{.fd = live->wake[0], .events = POLLIN},
		{.fd = STDIN_FILENO, .events = POLLIN},
	};

	while (!live->ended || frust_writer_pending(live->writer) > 0) {
		if (live->ended)
			fds[1].fd = -1; /* poll ignores it */
		if (poll(fds, 2, -1) < 0)
			continue; /* a signal */
		if (fds[0].revents)
			on_woken(live);
		if (fds[1].revents)
			on_input(live);
	}
}

static int open_writer(struct live *live, const char *path, struct frust_error *err)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust_writer_options writing = FRUST_WRITER_OPTIONS_INIT;
	struct frust *db;
	int r;

	options.mode = FRUST_CREATE;
	writing.wake = on_wake;
	writing.wake_ctx = live;
	r = frust_open(path, &options, &db, err);
	if (r < 0)
		return r;
	r = frust_writer_open(db, &writing, &live->writer, err);
	if (r < 0)
		frust_close(db);
	return r;
}

int main(int argc, char **argv)
{
	struct live live = {0};
	struct frust_error err;

	if (argc != 3) {
		fprintf(stderr, "usage: live_writer FILE USER\n");
		return 2;
	}
	live.user.at = argv[2];
	live.user.len = strlen(argv[2]);
	if (pipe(live.wake) < 0 || fcntl(live.wake[0], F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(live.wake[1], F_SETFL, O_NONBLOCK) < 0) {
		perror("live_writer");
		return 1;
	}
	if (open_writer(&live, argv[1], &err) < 0) {
		fprintf(stderr, "live_writer: %s\n", err.text);
		return 1;
	}
	loop(&live);
	frust_writer_close(live.writer);
	return live.failed > 0;
}

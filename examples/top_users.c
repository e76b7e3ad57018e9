/*
 * top_users FILE [N]: the N (10) users with the most clicks, one a line.
 *
 * Shows a query and its callback. The views that a callback gets live during the call, so what is
 * to be kept is copied; here the best N are, while the users pass by once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <frust/frust.h>

struct place {
	char *name;
	int64_t clicks;
};

struct top {
	struct place *places; /* the most clicks first */
	size_t n, max;
};

/* Non-zero ends the query and is what frust_users returns. */
static int on_user(void *ctx, const struct frust_user *user)
{
	struct top *top = ctx;
	struct place *place;
	char *name;
	size_t i = top->n;

	while (i > 0 && top->places[i - 1].clicks < user->clicks)
		i--;
	if (i == top->max)
		return 0;
	name = malloc(user->name.len + 1);
	if (!name)
		return FRUST_ENOMEM;
	memcpy(name, user->name.at, user->name.len);
	name[user->name.len] = '\0';

	place = &top->places[i];
	if (top->n == top->max)
		free(top->places[--top->n].name);
	memmove(place + 1, place, (top->n++ - i) * sizeof(*place));
	place->name = name;
	place->clicks = user->clicks;
	return 0;
}

static int ask(const char *path, struct top *top)
{
	struct frust_error err = {.text = "out of memory"};
	struct frust *db = NULL;
	int r;

	r = frust_open(path, NULL, &db, &err);
	if (r == 0)
		r = frust_users(db, on_user, top, &err);
	if (r < 0)
		fprintf(stderr, "top_users: %s\n", err.text);
	frust_close(db);
	return r;
}

int main(int argc, char **argv)
{
	struct top top = {.max = argc > 2 ? strtoul(argv[2], NULL, 10) : 10};
	int r;

	if (argc < 2 || argc > 3 || top.max < 1 || top.max > 1000000) {
		fprintf(stderr, "usage: top_users FILE [N]\n");
		return 2;
	}
	top.places = calloc(top.max, sizeof(*top.places));
	if (!top.places)
		return 1;

	r = ask(argv[1], &top);
	for (size_t i = 0; i < top.n; i++) {
		if (r == 0)
			printf("%8" PRId64 "  %s\n", top.places[i].clicks, top.places[i].name);
		free(top.places[i].name);
	}
	free(top.places);
	return r < 0;
}

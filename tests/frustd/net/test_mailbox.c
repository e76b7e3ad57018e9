/* Letters from threads to a loop: each arrives once, in its sender's order. */
#include "helpers/check.h"

#include <pthread.h>
#include <stdlib.h>

#include "net/mailbox.h"

#define SENDERS 4
#define LETTERS 5000 /* of each */

struct reader {
	struct net_loop *loop;
	struct net_mailbox *mailbox;
	int next[SENDERS], left;
};

struct sender {
	struct net_mailbox *mailbox;
	int index;
	pthread_t thread;
};

struct numbered {
	struct net_letter letter;
	int sender, number;
};

static void read_numbered(struct net_letter *letter, void *ctx)
{
	struct numbered *numbered = FR_CONTAINER_OF(letter, struct numbered, letter);
	struct reader *reader = ctx;

	if (reader) {
		CHECK_INT(numbered->number, reader->next[numbered->sender]++);
		if (--reader->left == 0)
			net_loop_stop(reader->loop);
	}
	free(numbered);
}

static void send_numbered(struct net_mailbox *mailbox, int sender, int number)
{
	struct numbered *numbered = malloc(sizeof(*numbered));

	CHECK(numbered != NULL);
	*numbered = (struct numbered){{.read = read_numbered}, sender, number};
	net_mailbox_send(mailbox, &numbered->letter);
}

static void *send_all(void *ctx)
{
	const struct sender *sender = ctx;

	for (int i = 0; i < LETTERS; i++)
		send_numbered(sender->mailbox, sender->index, i);
	return NULL;
}

static void open_reader(struct reader *reader, int letters)
{
	*reader = (struct reader){.left = letters};
	CHECK_INT(net_loop_open(&reader->loop), 0);
	CHECK_INT(net_mailbox_open(reader->loop, reader, &reader->mailbox), 0);
}

static void close_reader(struct reader *reader)
{
	net_mailbox_close(reader->mailbox);
	net_mailbox_close(NULL);
	net_loop_close(reader->loop);
}

static void letters_come_in_each_senders_order(void **state)
{
	struct sender senders[SENDERS];
	struct reader reader;

	(void)state;
	open_reader(&reader, SENDERS * LETTERS);
	for (int i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){reader.mailbox, i, 0};
		CHECK_INT(pthread_create(&senders[i].thread, NULL, send_all, &senders[i]), 0);
	}
	CHECK_INT(net_loop_run(reader.loop), 0);
	for (int i = 0; i < SENDERS; i++) {
		pthread_join(senders[i].thread, NULL);
		CHECK_INT(reader.next[i], LETTERS);
	}
	close_reader(&reader);
}

static void read_and_answer(struct net_letter *letter, void *ctx)
{
	struct reader *reader = ctx;

	send_numbered(reader->mailbox, 0, 0);
	free(letter);
}

static void a_letter_sent_while_letters_are_read_comes_too(void **state)
{
	struct net_letter *letter = malloc(sizeof(*letter));
	struct reader reader;

	(void)state;
	CHECK(letter != NULL);
	open_reader(&reader, 1);
	letter->read = read_and_answer;
	net_mailbox_send(reader.mailbox, letter);
	CHECK_INT(net_loop_run(reader.loop), 0);
	CHECK_INT(reader.next[0], 1);
	close_reader(&reader);
}

static void what_nobody_reads_is_freed(void **state)
{
	struct reader reader;

	(void)state;
	open_reader(&reader, 1);
	for (int i = 0; i < 3; i++)
		send_numbered(reader.mailbox, 0, i);
	close_reader(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_come_in_each_senders_order),
		cmocka_unit_test(a_letter_sent_while_letters_are_read_comes_too),
		cmocka_unit_test(what_nobody_reads_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * A doubly linked list whose links live in the members. A zeroed link is in no list; a head is
 * initialised with fr_list_init. Removing what is in no list does nothing.
 */
#ifndef FR_LIST_H
#define FR_LIST_H

#include <stdbool.h>

#include "attr.h"

struct fr_list {
	struct fr_list *prev, *next;
};

static inline void fr_list_init(struct fr_list *head)
{
	head->prev = head->next = head;
}

static inline bool fr_list_empty(const struct fr_list *head)
{
	return head->next == head;
}

static inline bool fr_list_linked(const struct fr_list *link)
{
	return link->next != NULL;
}

static inline void fr_list_append(struct fr_list *head, struct fr_list *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link;
	head->prev = link;
}

static inline void fr_list_remove(struct fr_list *link)
{
	if (!link->next)
		return;
	link->prev->next = link->next;
	link->next->prev = link->prev;
	link->prev = link->next = NULL;
}

/* Takes the first link out and returns it; NULL when the list is empty. */
static inline struct fr_list *fr_list_pop(struct fr_list *head)
{
	struct fr_list *first = head->next;

	if (first == head)
		return NULL;
	fr_list_remove(first);
	return first;
}

/* Moves all of `from` to the end of `to`. */
static inline void fr_list_splice(struct fr_list *to, struct fr_list *from)
{
	if (fr_list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	fr_list_init(from);
}

/* The body must not remove anything but `it`'s predecessor; see FR_LIST_EACH_SAFE. */
#define FR_LIST_EACH(it, head) for (struct fr_list *it = (head)->next; it != (head); it = it->next)

/* The body may remove `it` itself, and nothing else. */
#define FR_LIST_EACH_SAFE(it, head)                                                                \
	for (struct fr_list *it = (head)->next, *it##_next = it->next; it != (head);               \
	     it = it##_next, it##_next = it->next)

#endif

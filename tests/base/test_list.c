#include "helpers/check.h"

#include "base/list.h"

struct member {
	char name;
	struct fr_list link;
};

static void check_names(struct fr_list *head, const char *names)
{
	char forth[16] = "", back[16] = "";
	size_t n = 0, at = strlen(names);

	FR_LIST_EACH(it, head)
	forth[n++] = FR_CONTAINER_OF(it, struct member, link)->name;
	for (struct fr_list *it = head->prev; it != head && at > 0; it = it->prev)
		back[--at] = FR_CONTAINER_OF(it, struct member, link)->name;
	CHECK_TEXT(forth, names);
	CHECK_TEXT(back, names);
	CHECK_INT(fr_list_empty(head), *names == '\0');
}

static void members_stand_in_the_order_in_which_they_came(void **state)
{
	struct member a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};
	struct fr_list head;

	(void)state;
	fr_list_init(&head);
	check_names(&head, "");
	CHECK(fr_list_pop(&head) == NULL);
	fr_list_append(&head, &a.link);
	fr_list_append(&head, &b.link);
	fr_list_append(&head, &c.link);
	check_names(&head, "abc");
	CHECK(fr_list_pop(&head) == &a.link);
	CHECK(!fr_list_linked(&a.link));
	CHECK(fr_list_linked(&b.link));
	check_names(&head, "bc");
}

static void removing_twice_does_nothing(void **state)
{
	struct member a = {.name = 'a'}, b = {.name = 'b'};
	struct fr_list head;

	(void)state;
	fr_list_init(&head);
	fr_list_remove(&a.link);
	fr_list_append(&head, &a.link);
	fr_list_append(&head, &b.link);
	fr_list_remove(&a.link);
	fr_list_remove(&a.link);
	check_names(&head, "b");
	fr_list_remove(&b.link);
	check_names(&head, "");
	fr_list_append(&head, &a.link);
	check_names(&head, "a");
}

static void splicing_moves_all_to_the_end(void **state)
{
	struct member a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};
	struct fr_list to, from;

	(void)state;
	fr_list_init(&to);
	fr_list_init(&from);
	fr_list_splice(&to, &from);
	check_names(&to, "");
	fr_list_append(&from, &b.link);
	fr_list_append(&from, &c.link);
	fr_list_append(&to, &a.link);
	fr_list_splice(&to, &from);
	check_names(&to, "abc");
	check_names(&from, "");
	fr_list_splice(&from, &to);
	check_names(&from, "abc");
	check_names(&to, "");
}

static void a_loop_may_remove_where_it_stands(void **state)
{
	struct member members[] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}, {.name = 'd'}};
	struct fr_list head;
	size_t n = 0;

	(void)state;
	fr_list_init(&head);
	for (size_t i = 0; i < FR_ARRAY_LEN(members); i++)
		fr_list_append(&head, &members[i].link);
	FR_LIST_EACH(it, &head)
	n++;
	CHECK_INT(n, 4);
	FR_LIST_EACH_SAFE(it, &head)
	{
		if (n-- % 2 == 0)
			fr_list_remove(it);
	}
	CHECK_INT(n, 0);
	check_names(&head, "bd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stand_in_the_order_in_which_they_came),
		cmocka_unit_test(removing_twice_does_nothing),
		cmocka_unit_test(splicing_moves_all_to_the_end),
		cmocka_unit_test(a_loop_may_remove_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

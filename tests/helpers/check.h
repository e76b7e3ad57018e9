/*
 * cmocka with asserts that show the expression and decimal values. A test file is:
 *
 *     #include "helpers/check.h"
 *     static void a_sentence_about_what_holds(void **state) { CHECK_INT(f(1), 2); }
 *     int main(void) { const struct CMUnitTest tests[] = {cmocka_unit_test(a_sentence…)};
 *                      return cmocka_run_group_tests(tests, NULL, NULL); }
 */
#ifndef TESTS_HELPERS_CHECK_H
#define TESTS_HELPERS_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CHECK(expr) check_true((expr), #expr, __FILE__, __LINE__)
/* actual, then expected */
#define CHECK_INT(actual, expected)                                                                \
	check_int((intmax_t)(actual), (intmax_t)(expected), #actual, __FILE__, __LINE__)
/* a struct with .at and .len against a C string; NULL means absent */
#define CHECK_STR(actual, expected)                                                                \
	do {                                                                                       \
		const __typeof__(actual) check_view = (actual);                                    \
		check_text(check_view.at, check_view.len, (expected), #actual, __FILE__,           \
			   __LINE__);                                                              \
	} while (0)
/* bytes and length against a string literal, which may hold NULs */
#define CHECK_MEM(at, n, literal)                                                                  \
	check_bytes((at), (n), (literal), sizeof(literal) - 1, #at, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected)                                                               \
	check_text_of((actual), (expected), #actual, __FILE__, __LINE__)

static inline void check_true(int holds, const char *expr, const char *file, int line)
{
	if (!holds) {
		print_error("%s:%d: does not hold: %s\n", file, line, expr);
		_fail(file, line);
	}
}

static inline void check_int(intmax_t actual, intmax_t expected, const char *expr, const char *file,
			     int line)
{
	if (actual != expected) {
		print_error("%s:%d: %s is %jd, expected %jd\n", file, line, expr, actual, expected);
		_fail(file, line);
	}
}

static inline void check_bytes(const void *at, size_t n, const void *expected, size_t expected_n,
			       const char *expr, const char *file, int line)
{
	if (n != expected_n || (n && memcmp(at, expected, n) != 0)) {
		print_error("%s:%d: %s is (%zu bytes)\n  %.*s\nexpected (%zu bytes)\n  %.*s\n",
			    file, line, expr, n, (int)n, n ? (const char *)at : "", expected_n,
			    (int)expected_n, (const char *)expected);
		_fail(file, line);
	}
}

static inline void check_text(const char *at, size_t n, const char *expected, const char *expr,
			      const char *file, int line)
{
	if (!at || !expected)
		check_true(!at && !expected, expr, file, line);
	else
		check_bytes(at, n, expected, strlen(expected), expr, file, line);
}

static inline void check_text_of(const char *actual, const char *expected, const char *expr,
				 const char *file, int line)
{
	check_text(actual, actual ? strlen(actual) : 0, expected, expr, file, line);
}

#endif

#include "app/prom.h"

#include "helpers/check.h"

static void values_stand_behind_what_they_are(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	prom_begin(&out, "frust_clients", "gauge", "Clients.");
	prom_value(&out, "frust_clients", NULL, UINT64_MAX);
	prom_value(&out, "frust_clients", "a=\"b\",c=\"d\"", 0);
	prom_seconds(&out, "frust_clients", NULL, 1000000);
	prom_seconds(&out, "frust_clients", "a=\"b\"", 1234056);
	CHECK_STR(fr_buf_str(&out), "# HELP frust_clients Clients.\n"
				    "# TYPE frust_clients gauge\n"
				    "frust_clients 18446744073709551615\n"
				    "frust_clients{a=\"b\",c=\"d\"} 0\n"
				    "frust_clients 1.000000\n"
				    "frust_clients{a=\"b\"} 1.234056\n");
	fr_buf_fini(&out);
}

static bool has(const struct fr_buf *out, const char *text)
{
	return memmem(out->at, out->len, text, strlen(text)) != NULL;
}

static void a_histogram_is_cumulative(void **state)
{
	struct fr_histogram histogram = {0};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (uint64_t value = 1; value <= 5; value++)
		fr_histogram_add(&histogram, value);
	fr_histogram_add(&histogram, UINT64_C(1) << 40);
	prom_histogram(&out, "x", "Help.", &histogram);
	CHECK(has(&out, "# HELP x Help.\n# TYPE x histogram\nx_bucket{le=\"1\"} 1\n"
			"x_bucket{le=\"2\"} 2\nx_bucket{le=\"4\"} 4\nx_bucket{le=\"8\"} 5\n"));
	CHECK(has(&out, "x_bucket{le=\"8388608\"} 5\nx_bucket{le=\"+Inf\"} 6\n"
			"x_sum 1099511627791\nx_count 6\n"));
	fr_buf_clear(&out);
	prom_histogram_us(&out, "x", "Help.", &histogram);
	CHECK(has(&out, "x_bucket{le=\"0.000001\"} 1\nx_bucket{le=\"0.000002\"} 2\n"));
	CHECK(has(&out, "x_bucket{le=\"8.388608\"} 5\nx_bucket{le=\"+Inf\"} 6\n"
			"x_sum 1099511.627791\nx_count 6\n"));
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_behind_what_they_are),
		cmocka_unit_test(a_histogram_is_cumulative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

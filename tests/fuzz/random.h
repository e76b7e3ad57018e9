/* What stands for the system's random source in fuzz targets. */
#ifndef TESTS_FUZZ_RANDOM_H
#define TESTS_FUZZ_RANDOM_H

/* The numbers begin anew: the first thing of a target that draws some. */
void fuzz_random_restart(void);

#endif

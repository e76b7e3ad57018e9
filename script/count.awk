# Reads ctest's LastTest.log and prints "passed failed skipped": what cmocka and node's test runner
# counted, and one for each other test. A test that failed without saying where counts as one failure.

function add(number)
{
	counted = 1
	return number
}

/^[0-9]+\/[0-9]+ Testing: / { in_test = 1; missing = counted = p = f = s = 0 }
/^Command: ""$/ { missing = 1 } # ctest did not find the program, and says "Test Passed."

/^\[  PASSED  \] [0-9]+ test/ { p += add($4) }
/^\[  FAILED  \] [0-9]+ test/ { f += add($4) }
/^\[  SKIPPED \] [0-9]+ test/ { s += add($4) }

/^# pass [0-9]+$/ { p += add($3) }
/^# (fail|cancelled) [0-9]+$/ { f += add($3) }
/^# (skipped|todo) [0-9]+$/ { s += add($3) }

in_test && /^Test (Passed|Failed)\.$/ {
	good = $2 == "Passed." && !missing
	if (good && !counted)
		p = 1
	if (!good && !f)
		f = 1
	passed += p; failed += f; skipped += s
	in_test = 0
}

END { print passed + 0, failed + 0, skipped + 0 }

# What every target of the project is compiled with.
option(FRUST_WERROR "Warnings are errors" OFF)
option(FRUST_LTO "Link-time optimisation" OFF)
option(FRUST_COVERAGE "Instrument for gcov" OFF)
set(FRUST_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")

add_library(frust_flags INTERFACE)
target_compile_options(frust_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
	-Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wdouble-promotion
	-Wimplicit-fallthrough -fno-common -fstack-protector-strong)
target_compile_definitions(frust_flags INTERFACE _GNU_SOURCE)

if(FRUST_WERROR)
	target_compile_options(frust_flags INTERFACE -Werror)
endif()
if(FRUST_SANITIZE)
	target_compile_options(frust_flags INTERFACE
		-fsanitize=${FRUST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(frust_flags INTERFACE -fsanitize=${FRUST_SANITIZE})
endif()
if(FRUST_COVERAGE)
	target_compile_options(frust_flags INTERFACE --coverage -fprofile-update=atomic)
	target_link_options(frust_flags INTERFACE --coverage)
endif()
if(FRUST_LTO)
	set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

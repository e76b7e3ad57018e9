# What every target of the project is compiled with.
option(FRUST_WERROR "Warnings are errors" OFF)
option(FRUST_LTO "Link-time optimisation" OFF)
option(FRUST_COVERAGE "Instrument for gcov" OFF)
set(FRUST_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")

add_library(frust_flags INTERFACE)
target_compile_options(frust_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
	-Wold-style-definition -Wredundant-decls -Wnested-externs -Wpointer-arith -Wcast-qual -Wcast-align
	-Wwrite-strings -Wvla -Walloca -Wundef -Wunused-macros -Wdate-time -Wformat=2 -Wdouble-promotion
	-Wimplicit-fallthrough -fno-common -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL GNU)
	target_compile_options(frust_flags INTERFACE -Wsign-conversion -Wlogical-op -Wduplicated-cond
		-Wduplicated-branches -Wjump-misses-init -Wformat-signedness -Wformat-overflow=2)
else()
	# clang's -Wsign-conversion means each number that becomes an enum too; gcc's looks at the rest.
	# Its -Wstring-conversion means assert(!"why").
	target_compile_options(frust_flags INTERFACE -Wno-sign-conversion -Wno-string-conversion
		-Wmissing-variable-declarations -Wunreachable-code -Wshadow-all -Wbitfield-enum-conversion
		-Wloop-analysis -Wthread-safety)
endif()
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

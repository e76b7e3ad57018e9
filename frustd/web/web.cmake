# The page, embedded: build.mjs makes assets.c of it. Without node, and without what npm brings
# (node_modules, by "npm ci" in this folder), frustd is built without a page and the build says so.
find_program(NODE NAMES node nodejs)
set(FRUST_WEB ${CMAKE_CURRENT_BINARY_DIR}/web)

if(NODE)
	add_custom_command(OUTPUT ${FRUST_WEB}/assets.c
		COMMAND ${CMAKE_COMMAND} -E make_directory ${FRUST_WEB}
		COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/build.mjs ${FRUST_WEB}
		DEPFILE ${FRUST_WEB}/assets.d
		COMMENT "Embedding the page"
		VERBATIM)
else()
	message(WARNING "no node: frustd is built without its page")
	file(CONFIGURE OUTPUT ${FRUST_WEB}/assets.c CONTENT [[
#include "app/assets.h"

const struct asset page_assets[] = {{0}};
const struct asset client_assets[] = {{0}};
]])
endif()
target_sources(frustd_app PRIVATE ${FRUST_WEB}/assets.c)

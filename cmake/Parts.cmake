# Debian ships wslay with a CMake package, http-parser and jsmn with none.
find_package(wslay CONFIG REQUIRED)

find_path(HTTP_PARSER_INCLUDE_DIR http_parser.h REQUIRED)
find_library(HTTP_PARSER_LIBRARY http_parser REQUIRED)
add_library(http_parser UNKNOWN IMPORTED)
set_target_properties(http_parser PROPERTIES
	IMPORTED_LOCATION ${HTTP_PARSER_LIBRARY}
	INTERFACE_INCLUDE_DIRECTORIES ${HTTP_PARSER_INCLUDE_DIR})

find_path(JSMN_INCLUDE_DIR jsmn.h REQUIRED)
add_library(jsmn INTERFACE IMPORTED)
set_target_properties(jsmn PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${JSMN_INCLUDE_DIR})

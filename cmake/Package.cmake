# Debian packages, by "script/package": frust (programs, service), libfrust0 and libfrust-dev.
# What is installed where is said beside what is built; here is what belongs to the packages alone.
set(debian ${PROJECT_SOURCE_DIR}/packaging/debian)
set(runtime libfrust${FRUST_ABI})

foreach(package frust ${runtime} libfrust-dev)
	install(FILES ${debian}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
		COMPONENT ${package} EXCLUDE_FROM_ALL)
	install(FILES ${debian}/changelog RENAME changelog.Debian
		DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package} EXCLUDE_FROM_ALL)
endforeach()

install(FILES ${PROJECT_BINARY_DIR}/frust.spdx.json OPTIONAL
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/frust COMPONENT frust EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/monitoring/frust.rules.yml
	${PROJECT_SOURCE_DIR}/packaging/monitoring/grafana.json
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/frust/examples/monitoring COMPONENT frust)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/nginx/frust.conf
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/frust/examples/nginx COMPONENT frust)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/systemd/frustd.socket
	DESTINATION lib/systemd/system COMPONENT frust)

# Whatever prefix is chosen when it is installed: the service names it, and a file that an operator
# has there stays his.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	set(FRUST_ETC /etc/frust)
else()
	set(FRUST_ETC "\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_SYSCONFDIR}/frust")
endif()
install(CODE "
	set(packaging \"${PROJECT_SOURCE_DIR}/packaging\")
	set(etc \"${FRUST_ETC}\")
	if(NOT EXISTS \"\$ENV{DESTDIR}\${etc}/frustd.conf\")
		file(INSTALL \${packaging}/frustd.conf DESTINATION \${etc})
	endif()
	file(READ \${packaging}/systemd/frustd.service service)
	string(REPLACE /usr/bin/ \"\${CMAKE_INSTALL_PREFIX}/bin/\" service \"\${service}\")
	string(REPLACE /etc/frust/ \"\${etc}/\" service \"\${service}\")
	file(WRITE \"${PROJECT_BINARY_DIR}/frustd.service\" \"\${service}\")
	file(INSTALL \"${PROJECT_BINARY_DIR}/frustd.service\"
		DESTINATION \${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
	" COMPONENT frust)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The frust authors <frust@frust.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "live site where people press a button and see everyone else press")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL frust ${runtime} libfrust-dev)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 1) # more would part the archive otherwise
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/Tidy.cmake)

string(TOUPPER ${runtime} RUNTIME)
set(CPACK_DEBIAN_FRUST_PACKAGE_NAME frust)
set(CPACK_DEBIAN_FRUST_PACKAGE_SECTION httpd)
set(CPACK_DEBIAN_FRUST_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54), tzdata")
set(CPACK_DEBIAN_FRUST_PACKAGE_SUGGESTS nginx)
set(CPACK_DEBIAN_FRUST_PACKAGE_CONTROL_EXTRA
	${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/conffiles)
set(CPACK_DEBIAN_FRUST_DESCRIPTION
"frustd stores every press in SQLite before it shows it to everybody over
Socket.IO (Engine.IO 3 and 4), and serves the counters and the site's page
over HTTP. frustctl looks after the same database: exports, statistics,
checks, repair and backups.")

set(CPACK_DEBIAN_${RUNTIME}_PACKAGE_NAME ${runtime})
set(CPACK_DEBIAN_${RUNTIME}_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_${RUNTIME}_PACKAGE_CONTROL_EXTRA ${debian}/triggers)
set(CPACK_DEBIAN_${RUNTIME}_DESCRIPTION
"libfrust keeps the clicks and events of a frust site in SQLite, commits those
of many callers together, and answers for their counters, hours and users.")

set(CPACK_DEBIAN_LIBFRUST-DEV_PACKAGE_NAME libfrust-dev)
set(CPACK_DEBIAN_LIBFRUST-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBFRUST-DEV_PACKAGE_DEPENDS
	"${runtime} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}), libsqlite3-dev")
set(CPACK_DEBIAN_LIBFRUST-DEV_DESCRIPTION
"libfrust keeps the clicks and events of a frust site in SQLite. This package
has what programs that use it are built with: headers, an archive, a
pkg-config file and a CMake package.")

include(CPack)

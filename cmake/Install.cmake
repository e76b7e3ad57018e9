# libfrust for other programs: headers, both libraries, frust.pc and the CMake package.
# frustd, frustctl, man pages and completions are installed where they are built.
include(CMakePackageConfigHelpers)

set_target_properties(frust_shared PROPERTIES EXPORT_NAME frust)
install(TARGETS frust_shared frust_static EXPORT frust
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
		COMPONENT libfrust${FRUST_ABI} NAMELINK_COMPONENT libfrust-dev
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libfrust-dev
	INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/frust ${PROJECT_BINARY_DIR}/include/frust
	DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libfrust-dev FILES_MATCHING PATTERN *.h)

# Both find what they name from where they lie, so that the whole prefix can be moved.
set(FRUST_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/frust)
install(EXPORT frust NAMESPACE frust:: FILE frustTargets.cmake DESTINATION ${FRUST_CMAKE_DIR}
	COMPONENT libfrust-dev)
configure_package_config_file(cmake/frustConfig.cmake.in cmake/frustConfig.cmake
	INSTALL_DESTINATION ${FRUST_CMAKE_DIR})
write_basic_package_version_file(cmake/frustConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
	${PROJECT_BINARY_DIR}/cmake/frustConfig.cmake
	${PROJECT_BINARY_DIR}/cmake/frustConfigVersion.cmake
	DESTINATION ${FRUST_CMAKE_DIR} COMPONENT libfrust-dev)

cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
	BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE FRUST_PC_UP)
cmake_path(APPEND FRUST_PC_LIBDIR "\${prefix}" ${CMAKE_INSTALL_LIBDIR})
cmake_path(APPEND FRUST_PC_INCLUDEDIR "\${prefix}" ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(pkgconfig/frust.pc.in pkgconfig/frust.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pkgconfig/frust.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libfrust-dev)

# Before the packages are made, as Debian has them: manuals and changelogs are compressed, and
# archives hold neither debugging nor LTO sections, which name the folders of the build.
file(GLOB_RECURSE texts
	${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/man/man*/*.[0-9]
	${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/doc/*/changelog.Debian)
foreach(text ${texts})
	execute_process(COMMAND gzip -9n ${text} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

file(GLOB_RECURSE archives ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/lib/*.a)
foreach(archive ${archives})
	execute_process(COMMAND strip --strip-debug --enable-deterministic-archives
		--remove-section=.comment --remove-section=.note
		--remove-section=.gnu.lto_* --remove-section=.gnu.debuglto_*
		-N __gnu_lto_slim -N __gnu_lto_v1 ${archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

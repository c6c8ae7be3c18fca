# SPDX-License-Identifier: MIT
# The reference of the public headers: the target causalmm_docs, and a ctest entry that fails on any warning of Doxygen's.

function(causalmm_docs)
  find_package(Doxygen 1.9 QUIET)
  if(NOT DOXYGEN_FOUND)
    message(STATUS "causalmm: Doxygen is missing, no reference and no test of it")
    return()
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/docs/Doxyfile.in" "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY)
  add_custom_target(causalmm_docs COMMAND "${CMAKE_COMMAND}" -E rm -rf "${PROJECT_BINARY_DIR}/docs"
                    COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/Doxyfile" VERBATIM)
  add_test(NAME docs COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/Doxyfile")
endfunction()

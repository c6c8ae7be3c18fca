# SPDX-License-Identifier: MIT
# As a module: causalmm_compile_fail_tests() registers one ctest entry per tests/compile_fail/*.cpp.
# As a script (cmake -P), with SOURCE and COMPILER (a ;-list) defined: the source must compile as it stands, and with
# -DCAUSALMM_MUST_FAIL it must not, for the reason given in its line "// expect: REGEX", said in at most 60 lines.

function(causalmm_compile_fail_tests)
  set(sources "")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/*.cpp")
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    add_test(NAME compile_fail/${name}
             COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}"
                     "-DCOMPILER=${CMAKE_CXX_COMPILER};-std=c++20;-fsyntax-only;-I;${PROJECT_SOURCE_DIR}/include" -P
                     "${PROJECT_SOURCE_DIR}/cmake/compile_fail.cmake")
  endforeach()
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

file(STRINGS "${SOURCE}" expectation REGEX "^// expect: ")
if(NOT expectation)
  message(FATAL_ERROR "${SOURCE}: no line '// expect: REGEX'")
endif()
string(REPLACE "// expect: " "" expectation "${expectation}")

execute_process(COMMAND ${COMPILER} "${SOURCE}" RESULT_VARIABLE failed ERROR_VARIABLE text)
if(failed)
  message(FATAL_ERROR "${SOURCE}: must compile without CAUSALMM_MUST_FAIL:\n${text}")
endif()
execute_process(COMMAND ${COMPILER} -DCAUSALMM_MUST_FAIL "${SOURCE}" RESULT_VARIABLE failed ERROR_VARIABLE text)
if(NOT failed)
  message(FATAL_ERROR "${SOURCE}: compiles with CAUSALMM_MUST_FAIL")
endif()
if(NOT text MATCHES "${expectation}")
  message(FATAL_ERROR "${SOURCE}: fails for another reason than '${expectation}':\n${text}")
endif()
string(REGEX MATCHALL "\n" lines "${text}")
list(LENGTH lines count)
if(count GREATER 60)
  message(FATAL_ERROR "${SOURCE}: fails as it should, but the compiler says so in ${count} lines:\n${text}")
endif()

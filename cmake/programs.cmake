# SPDX-License-Identifier: MIT
# What this project's own programs are compiled with. Nothing here reaches a consumer of the library.

add_library(causalmm_dev INTERFACE)
target_compile_options(causalmm_dev INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                                              $<$<BOOL:${CAUSALMM_WERROR}>:-Werror>)
if(CAUSALMM_SANITIZE)
  target_compile_options(causalmm_dev INTERFACE -fsanitize=${CAUSALMM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_compile_definitions(causalmm_dev INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(causalmm_dev INTERFACE -fsanitize=${CAUSALMM_SANITIZE})
endif()
if(CAUSALMM_COVERAGE)   # read by cmake/coverage.sh
  target_compile_options(causalmm_dev INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(causalmm_dev INTERFACE -fprofile-instr-generate)
endif()

# The examples and benchmarks: optimised, and for this machine alone if asked. The second reaches the tests of the examples
# too: Eigen's allocator and alignment depend on it, so one program must be compiled one way.
add_library(causalmm_fast INTERFACE)
target_link_libraries(causalmm_fast INTERFACE causalmm_dev)
if(CAUSALMM_SANITIZE)   # no generator expression: a list of sanitizers has commas
  target_compile_options(causalmm_fast INTERFACE -O1 $<$<BOOL:${CAUSALMM_FUZZ}>:-fsanitize=fuzzer-no-link>)
else()
  # g++ 12 takes the sum of a literal and a std::string for a copy that overlaps (its bug 105651).
  target_compile_options(causalmm_fast INTERFACE -O3 $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endif()
add_library(causalmm_native INTERFACE)
if(CAUSALMM_NATIVE)
  # g++ 12 takes the undefined operand of its own AVX-512 maximum for an uninitialized variable.
  target_compile_options(causalmm_native INTERFACE -march=native $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

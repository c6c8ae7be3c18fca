# SPDX-License-Identifier: MIT
# As a module: causalmm_nvcc_tests(SOURCE...) registers the ctest entries that send headers, one a source, through nvcc:
# causalmm.hpp, so all of them, through both passes with this build's compiler behind, and in g++'s builds each through the first.
# As a script (cmake -P), with COMPILER (a ;-list) and SOURCES defined: every source must compile.
# A plain test, since CMake 3.25 knows no C++20 for CUDA.

function(causalmm_nvcc_tests)
  find_program(CAUSALMM_NVCC nvcc HINTS ENV CUDA_HOME PATH_SUFFIXES bin PATHS /usr/local/cuda DOC "Compiler of CUDA")
  if(NOT CAUSALMM_NVCC)
    message(STATUS "causalmm: nvcc is missing, the headers do not go through it")
    return()
  endif()
  set(compiler "${CAUSALMM_NVCC};-x;cu;-std=c++20;--expt-relaxed-constexpr;-arch=sm_90;-Werror;all-warnings"
               "-I;${PROJECT_SOURCE_DIR}/include;-isystem;/usr/include/eigen3;-o")
  set(warnings -Wall,-Wextra,-Werror)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")   # nvcc rewrites designators in an old style
    string(APPEND warnings ",-Wno-gnu-designator")
  endif()
  set(umbrella "${ARGN}")
  list(FILTER umbrella INCLUDE REGEX "/causalmm_causalmm_hpp\\.cpp$")
  set(script -P "${PROJECT_SOURCE_DIR}/cmake/nvcc.cmake")
  add_test(NAME nvcc/together
           COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${compiler};nvcc_together.o;-c;-ccbin;${CMAKE_CXX_COMPILER};-Xcompiler;${warnings}"
                   "-DSOURCES=${umbrella}" ${script})
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  set(eigen "${ARGN}")
  list(FILTER eigen INCLUDE REGEX "/causalmm_adaptor_eigen_hpp\\.cpp$")
  set(others "${ARGN}")
  list(REMOVE_ITEM others ${eigen})
  add_test(NAME nvcc/alone COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${compiler};nvcc_alone.ptx;-ptx" "-DSOURCES=${others}" ${script})
  if(eigen)   # its device functions call functions of the host
    list(APPEND compiler nvcc_eigen.ptx -ptx -diag-suppress 20012,20014,20015)
    add_test(NAME nvcc/eigen COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${compiler}" "-DSOURCES=${eigen}" ${script})
  endif()
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

set(refused 0)
foreach(source IN LISTS SOURCES)
  execute_process(COMMAND ${COMPILER} "${source}" RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(failed)
    message(SEND_ERROR "${source}:\n${text}")
    math(EXPR refused "${refused} + 1")
  endif()
endforeach()
list(LENGTH SOURCES count)
message(STATUS "nvcc: ${count} sources, ${refused} refused")

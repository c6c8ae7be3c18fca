# SPDX-License-Identifier: MIT
# Every public header compiles on its own, may be included twice, and links with all others into one program; all of them
# together compile without exceptions and RTTI, their templates instantiated, under -ffast-math, and through nvcc, where there
# is one; and no type differs between two translation units.
include("${CMAKE_CURRENT_LIST_DIR}/nvcc.cmake")

# Writes a source with these #include lines unless it already stands there: an untouched file is not compiled again.
function(causalmm_header_source path)
  set(text "// SPDX-License-Identifier: MIT\n")
  foreach(header IN LISTS ARGN)
    string(APPEND text "#include <${header}>\n")
  endforeach()
  file(CONFIGURE OUTPUT "${path}" CONTENT "${text}" @ONLY)
endfunction()

function(causalmm_header_tests)
  set(headers "")
  set(sources "")
  set(third_parties "")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/causalmm/*.hpp")
  if(TARGET Eigen3::Eigen)
    list(APPEND third_parties Eigen3::Eigen)
  else()
    list(REMOVE_ITEM headers causalmm/adaptor/eigen.hpp)
  endif()
  if(TARGET xtensor)
    list(APPEND third_parties xtensor)
  else()
    list(REMOVE_ITEM headers causalmm/adaptor/xtensor.hpp)
  endif()

  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "${header}" name)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp")
    causalmm_header_source("${source}" ${header} ${header})
    list(APPEND sources "${source}")
  endforeach()
  set(all "${CMAKE_CURRENT_BINARY_DIR}/headers/all.cpp")
  causalmm_header_source("${all}" ${headers})

  add_executable(test_headers "${CMAKE_CURRENT_SOURCE_DIR}/headers/main.cpp"
                              "${CMAKE_CURRENT_SOURCE_DIR}/headers/instantiations.cpp" ${sources})
  target_compile_options(test_headers PRIVATE -O0 -Wframe-larger-than=16384)   # a host's threads may have small stacks
  # Warnings a host may ask for, and would read as ours.
  target_compile_options(test_headers PRIVATE -Wdouble-promotion $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast>)
  add_library(test_headers_bare OBJECT "${CMAKE_CURRENT_SOURCE_DIR}/headers/instantiations.cpp" "${all}")
  target_compile_options(test_headers_bare PRIVATE -O0 -fno-exceptions -fno-rtti)
  add_library(test_headers_fast_math OBJECT "${all}")
  target_compile_options(test_headers_fast_math PRIVATE -O1 -ffast-math)
  set(targets test_headers test_headers_bare test_headers_fast_math)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CAUSALMM_SANITIZE)
    # g++ compares the types of translation units where it links them.
    add_executable(test_headers_odr "${CMAKE_CURRENT_SOURCE_DIR}/headers/main.cpp"
                                    "${CMAKE_CURRENT_SOURCE_DIR}/headers/instantiations.cpp" "${all}")
    target_compile_options(test_headers_odr PRIVATE -O0 -flto)
    target_link_options(test_headers_odr PRIVATE -O0 -flto -Wodr -Werror)
    add_test(NAME headers/odr COMMAND test_headers_odr)
    list(APPEND targets test_headers_odr)
  endif()
  foreach(target IN LISTS targets)
    target_link_libraries(${target} PRIVATE causalmm::causalmm causalmm_dev ${third_parties})
  endforeach()
  add_test(NAME headers COMMAND test_headers)
  if(NOT CAUSALMM_SANITIZE)
    causalmm_nvcc_tests(${sources})
  endif()
endfunction()

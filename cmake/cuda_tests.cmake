# SPDX-License-Identifier: MIT
# tests/adaptor/*.cu, compiled by nvcc where there is one. Thrust's device is the processor, so no GPU is needed.
# A plain command, since CMake 3.25 knows no C++20 for CUDA.

function(causalmm_cuda_tests)
  find_package(CUDAToolkit 12 QUIET)
  if(NOT CUDAToolkit_NVCC_EXECUTABLE)
    message(STATUS "causalmm: nvcc is missing, tests/adaptor/*.cu skipped")
    return()
  endif()
  set(sources "")
  set(objects "")
  set(warnings "")
  if(CAUSALMM_WERROR)
    list(APPEND warnings -Werror all-warnings)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")   # nvcc rewrites designators in an old style
    list(APPEND warnings -Xcompiler -Wno-gnu-designator)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/adaptor/*.cu")
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    set(object "${CMAKE_CURRENT_BINARY_DIR}/adaptor_${name}.o")
    add_custom_command(
      OUTPUT "${object}"
      COMMAND "${CUDAToolkit_NVCC_EXECUTABLE}" -ccbin "${CMAKE_CXX_COMPILER}" -std=c++20 --expt-relaxed-constexpr -O1
              -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP -I "${PROJECT_SOURCE_DIR}/include" -I "${CMAKE_CURRENT_SOURCE_DIR}"
              ${warnings} -MD -MF "${object}.d" -c "${source}" -o "${object}"
      DEPENDS "${source}" DEPFILE "${object}.d" VERBATIM)
    list(APPEND objects "${object}")
  endforeach()
  add_executable(test_adaptor_cuda ${objects})
  set_target_properties(test_adaptor_cuda PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(test_adaptor_cuda PRIVATE causalmm_dev catch_main CUDA::cudart_static)
  add_test(NAME adaptor_cuda COMMAND test_adaptor_cuda)
endfunction()

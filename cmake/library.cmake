# SPDX-License-Identifier: MIT
# The header-only library and its components.

find_package(Threads REQUIRED)

# What a component needs, as arguments of find_package. A project that holds this one as a folder or by FetchContent names the
# components whose third party it wants looked for; an installed package looks for what find_package asks.
set(causalmm_eigen_needs Eigen3 3.4 NO_MODULE)
set(causalmm_xtensor_needs xtensor)
set(causalmm_cuda_needs CUDAToolkit 12)
set(CAUSALMM_COMPONENTS "" CACHE STRING "Components whose third party is looked for: eigen, xtensor, cuda")
foreach(component IN LISTS CAUSALMM_COMPONENTS)
  find_package(${causalmm_${component}_needs} REQUIRED)
endforeach()

# The target causalmm::NAME, spelt the same in a build tree and installed; ARGN: what it links.
function(causalmm_component name)
  add_library(causalmm_${name} INTERFACE)
  add_library(causalmm::${name} ALIAS causalmm_${name})
  set_target_properties(causalmm_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(causalmm_${name} INTERFACE ${ARGN})
endfunction()

causalmm_component(core Threads::Threads)
causalmm_component(causalmm causalmm_core)   # the name that most users link
causalmm_component(eigen causalmm_core Eigen3::Eigen)
causalmm_component(xtensor causalmm_core xtensor)
causalmm_component(cuda causalmm_core)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/causalmm/*.hpp"
     "${PROJECT_SOURCE_DIR}/include/causalmm/*.cuh")
target_compile_features(causalmm_core INTERFACE cxx_std_20)
target_sources(causalmm_core INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${headers})
# CMake 3.25 knows no C++20 for nvcc; and kernels call constexpr functions of the standard library.
target_compile_options(causalmm_cuda INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20>
                                               $<$<COMPILE_LANG_AND_ID:CUDA,NVIDIA>:--expt-relaxed-constexpr>)

# All headers in one file, made if asked for.
set(causalmm_single_header "${PROJECT_BINARY_DIR}/single_include/causalmm.hpp")
add_custom_command(OUTPUT "${causalmm_single_header}"
                   COMMAND sh "${CMAKE_CURRENT_LIST_DIR}/single_header.sh" "${PROJECT_SOURCE_DIR}" "${causalmm_single_header}"
                   DEPENDS ${headers} "${PROJECT_SOURCE_DIR}/LICENSE" "${CMAKE_CURRENT_LIST_DIR}/single_header.sh" VERBATIM)
add_custom_target(causalmm_single_header DEPENDS "${causalmm_single_header}")

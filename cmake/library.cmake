# SPDX-License-Identifier: MIT
# The header-only library, its installation and its package files.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(GLOB_RECURSE causalmm_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/causalmm/*.hpp"
     "${PROJECT_SOURCE_DIR}/include/causalmm/*.cuh")

add_library(causalmm INTERFACE)
add_library(causalmm::causalmm ALIAS causalmm)
target_compile_features(causalmm INTERFACE cxx_std_20)
target_link_libraries(causalmm INTERFACE Threads::Threads)
target_sources(causalmm INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${causalmm_headers})

set(causalmm_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/causalmm")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/causalmm-config.cmake.in" "${PROJECT_BINARY_DIR}/causalmm-config.cmake"
                              INSTALL_DESTINATION "${causalmm_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/causalmm-config-version.cmake" COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)

install(TARGETS causalmm EXPORT causalmm-targets FILE_SET HEADERS)
install(EXPORT causalmm-targets NAMESPACE causalmm:: DESTINATION "${causalmm_package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/causalmm-config.cmake" "${PROJECT_BINARY_DIR}/causalmm-config-version.cmake"
        DESTINATION "${causalmm_package_dir}")

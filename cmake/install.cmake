# SPDX-License-Identifier: MIT
# Installs the headers, and the files by which CMake and pkg-config find them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(causalmm_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/causalmm")
foreach(component IN ITEMS core causalmm eigen xtensor cuda)
  install(TARGETS causalmm_${component} EXPORT causalmm-${component} FILE_SET HEADERS)
  install(EXPORT causalmm-${component} NAMESPACE causalmm:: DESTINATION "${causalmm_package_dir}")
endforeach()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/causalmm-config.cmake.in" "${PROJECT_BINARY_DIR}/causalmm-config.cmake"
                              INSTALL_DESTINATION "${causalmm_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/causalmm-config-version.cmake" COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/causalmm-config.cmake" "${PROJECT_BINARY_DIR}/causalmm-config-version.cmake"
        DESTINATION "${causalmm_package_dir}")

# pkg-config finds the headers from where its file lies, so that an installed tree can be moved.
set(causalmm_pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH causalmm_pkgconfig_to_include "/${causalmm_pkgconfig_dir}" "/${CMAKE_INSTALL_INCLUDEDIR}")
configure_file("${CMAKE_CURRENT_LIST_DIR}/causalmm.pc.in" "${PROJECT_BINARY_DIR}/causalmm.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/causalmm.pc" DESTINATION "${causalmm_pkgconfig_dir}")

# Installed if it was made, and only by its own name: beside the tree it would define everything twice.
install(FILES "${causalmm_single_header}" TYPE INCLUDE COMPONENT single_header EXCLUDE_FROM_ALL OPTIONAL)

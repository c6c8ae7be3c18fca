# SPDX-License-Identifier: MIT
# Packages the checkout it lies in: conan create cmake/packaging/conan
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class Causalmm(ConanFile):
    name = "causalmm"
    version = "0.1.0"
    description = "Causal decoding for multimodal language models: a header-only library for inference engines"
    license = "MIT"
    package_type = "header-library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"eigen": [True, False], "xtensor": [True, False]}
    default_options = {"eigen": False, "xtensor": False}

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def requirements(self):
        if self.options.eigen:
            self.requires("eigen/3.4.0")
        if self.options.xtensor:
            self.requires("xtensor/0.24.3")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "BENCHMARKS", "EXAMPLES"):
            toolchain.cache_variables["CAUSALMM_BUILD_" + part] = False
        toolchain.generate()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        cmake = CMake(self)
        cmake.configure()
        cmake.install()

    def package_id(self):
        self.info.clear()   # headers fit every compiler and processor

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        # The library's own package files, which know its components, instead of generated ones.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "causalmm")]

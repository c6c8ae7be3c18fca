// SPDX-License-Identifier: MIT
#include <evaluation/build_name.hpp>

#include <causalmm/core/config.hpp>
#include <causalmm/version.hpp>

namespace evaluation {

namespace {

#define CAUSALMM_TEXT(token) #token
#define CAUSALMM_TEXT_OF(macro) CAUSALMM_TEXT(macro)
constexpr char const* registers = CAUSALMM_TEXT_OF(CAUSALMM_ABI_LANES);
constexpr char const* assertions = CAUSALMM_TEXT_OF(CAUSALMM_ABI_ASSERTS);
#undef CAUSALMM_TEXT_OF
#undef CAUSALMM_TEXT

#ifdef __clang__
constexpr char const* compiler = __VERSION__;   // begins with its name
#else
constexpr char const* compiler = "g++ " __VERSION__;
#endif

}   // namespace

std::string version() {
    return std::to_string(CAUSALMM_VERSION_MAJOR) + "." + std::to_string(CAUSALMM_VERSION_MINOR) + "." +
           std::to_string(CAUSALMM_VERSION_PATCH);
}

std::string build_name() { return "causalmm " + version() + " " + registers + " " + assertions + ", " + compiler; }

}   // namespace evaluation

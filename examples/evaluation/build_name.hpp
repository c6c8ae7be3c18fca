// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace evaluation {

/// The version of this program, such as 0.1.0.
///
/// shape   three numbers
/// units   none
/// errors  none
/// source  causalmm/version.hpp
std::string version();

/// What this program was built from and by, such as "causalmm 0.1.0 avx2 no_asserts, g++ 12.2.0".
///
/// shape   one line
/// units   none
/// errors  none
/// source  the inline namespace of the headers names registers and assertions; the compiler names itself
std::string build_name();

}   // namespace evaluation

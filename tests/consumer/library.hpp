// SPDX-License-Identifier: MIT
#pragma once

// The library as one file or as its tree, whichever the include path holds.
#if __has_include(<causalmm.hpp>)
#include <causalmm.hpp>
#else
#include <causalmm/causalmm.hpp>
#endif

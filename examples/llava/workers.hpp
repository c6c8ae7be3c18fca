// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/backend/threads.hpp>

namespace llava {

/// The threads of one model; with one thread every loop runs on the caller.
using workers = causalmm::backend::threads;

}   // namespace llava

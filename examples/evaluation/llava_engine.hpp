// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/answerer.hpp>

namespace evaluation {

/// The reference engine of examples/llava behind the harness's seam.
///
/// Questions are answered one thread each, so answers cannot depend on the number of threads.
///
/// shape   five functions
/// units   seconds are of the answering thread's processor clock, so other programs on the machine do not count
/// errors  llava::io::error as thrown by llava
/// source  examples/llava
engine llava_engine();

}   // namespace evaluation

// SPDX-License-Identifier: MIT
#pragma once

#include <evaluation/answerer.hpp>

namespace evaluation {

/// The reference engine of examples/llava behind the harness's seam.
///
/// Questions are answered one thread each, so answers cannot depend on the number of threads. A thread that asks of one picture
/// again finds what it knew of it; of the picture before that it knows nothing.
///
/// shape   five functions
/// units   seconds are of the answering thread's processor clock, so other programs on the machine do not count
/// errors  llava::io::error as thrown by llava
/// source  examples/llava
engine llava_engine();

}   // namespace evaluation

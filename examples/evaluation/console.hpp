// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace evaluation {

/// Writes a result to stdout.
///
/// shape   any text
/// units   none
/// errors  llava::io::error (io_error) if it could not be written
/// source  reliability.md A10
void print(std::string_view text);

/// Writes "causalmm-eval: TEXT" as one line to stderr.
///
/// shape   one line
/// units   none
/// errors  none: a closed stderr is ignored
/// source  reliability.md 2.1
void say(std::string_view text);

/// Fills the places of standard streams that were closed by the caller, so that no output file is opened in the place of stdout.
///
/// shape   descriptors 0, 1 and 2
/// units   none
/// errors  none: print() to a filled stdout is an io_error
/// source  reliability.md A10
void reserve_standard_streams();

}   // namespace evaluation

// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace evaluation {

/// A method string NAME[:key=value,...] cut into its name and its key=value parts; nothing is checked.
///
/// shape   views of the text
/// units   none
/// errors  none
/// source  the method grammar of examples/llava
struct method_text {
    std::string_view name;
    std::vector<std::string_view> parts;

    explicit method_text(std::string_view method);
    bool has(std::string_view part) const;
};

}   // namespace evaluation

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace evaluation {

/// Methods in every combination of the swept values: each sweep KEY=V1,V2,... makes of a method that takes the key one for each value.
/// A method that does not take it, such as greedy, stays as it is.
///
/// shape   in the order of the methods, then of the values of the first sweep, then of the second
/// units   as the method's key
/// errors  llava::io::error (usage): no method takes the key, saying why the last does not; one takes some of the values only; a sweep
///         without key or values. Else what check says of a method
/// source  llama-bench's lists
std::vector<std::string> swept(std::vector<std::string> const& methods, std::vector<std::string> const& sweeps,
                               std::function<void(std::string const& method)> const& check);

/// NAME[:key=value,...] with that value for that key, in the place of another one or behind them.
///
/// shape   one method
/// units   none
/// errors  none
/// source  llava/method.hpp
std::string with_value(std::string const& method, std::string const& key, std::string const& value);

}   // namespace evaluation

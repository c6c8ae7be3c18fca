// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// What can go wrong in a call; zero is success.
///
/// shape   one byte
/// units   none
/// errors  none
/// source  what a caller can act on: a parameter, a shape, a row, the engine, the device
enum class errc : std::uint8_t {
    ok = 0,
    bad_parameter,               // a policy's parameter is outside its range
    shape_mismatch,              // extents of two arguments do not fit each other
    unsupported,                 // the arguments are legal, this combination is not
    empty_support,               // no key or no token is left to choose from
    non_finite_factual,          // a factual row holds NaN or +inf
    non_finite_counterfactual,   // a counterfactual row holds NaN or infinity at a token that is kept
    out_of_capacity,             // a fixed-size buffer or a cache is full
    engine_failure,              // the host engine could not run a forward pass
    device_failure,              // a device call failed
};

/// Outcome of a call: a code and one static sentence.
///
/// shape   two words, trivially copyable
/// units   none
/// errors  is itself the error; convertible to bool, true on success
/// source  CUB's cudaError_t returns and simdjson's error_code, for engines that compile without exceptions
struct [[nodiscard]] status {
    errc code = errc::ok;
    char const* what = "";

    CAUSALMM_HD constexpr explicit operator bool() const noexcept { return code == errc::ok; }
    friend CAUSALMM_HD constexpr bool operator==(status const& left, errc right) noexcept { return left.code == right; }
};

/// A value, or the reason why there is none.
///
/// shape   the value and a status
/// units   those of the value
/// errors  `value` is meaningful only if the object converts to true
/// source  std::expected, which C++20 does not have
template <class Value>
struct [[nodiscard]] result {
    Value value{};
    causalmm::status status{};

    CAUSALMM_HD constexpr explicit operator bool() const noexcept { return static_cast<bool>(status); }
};

}   // namespace causalmm

// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <tuple>

#include <causalmm/core/status.hpp>
#include <causalmm/decode/concepts.hpp>
#include <causalmm/sampling/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::decode {

namespace detail {

/// One forward pass for what `part` says of each decoder.
template <engine Engine, class Decoder, class Part>
status forward_together(Engine& engine, std::span<Decoder* const> decoders,
                        std::span<typename Decoder::branch_type*> list, Part const& part) noexcept {
    std::size_t count = 0;
    for (Decoder* const each : decoders) {
        auto const branches = part(*each);
        std::ranges::copy(branches, list.begin() + static_cast<std::ptrdiff_t>(count));
        count += branches.size();
    }
    return count == 0 ? status{} : engine.forward(list.first(count));
}

}   // namespace detail

/// One token for each of several samples: the pending rows of all their branches are computed in one forward pass, and what
/// waited and is needed in a second. Samples may begin and end between calls; their branches' lengths do not matter.
///
/// the tokens are those of next() of each decoder
///
/// shape   drawn[i] belongs to decoders[i]; `list` holds as many branches as all decoders together
/// units   none
/// errors  shape_mismatch: a span is too small; those of the engine, for all; what one decoder alone meets stands in drawn[i]
/// source  iteration-level scheduling, Orca (OSDI 2022)
template <engine Engine, class Decoder>
status advance(Engine& engine, std::span<Decoder* const> decoders, std::span<typename Decoder::branch_type*> list,
               std::span<result<token>> drawn) noexcept {
    std::size_t const branches = decoders.size() * std::tuple_size_v<typename Decoder::branch_list>;
    if (drawn.size() < decoders.size() || list.size() < branches) {
        return {errc::shape_mismatch, "advance: the list or the results are smaller than the decoders need"};
    }
    auto const first = [](Decoder const& each) { return each.first_pass(); };
    auto const second = [](Decoder const& each) { return each.second_pass(); };
    if (status s = detail::forward_together(engine, decoders, list, first); !s) { return s; }
    for (std::size_t i = 0; i < decoders.size(); ++i) { drawn[i] = {sampling::no_token, decoders[i]->cut()}; }
    if (status s = detail::forward_together(engine, decoders, list, second); !s) { return s; }
    for (std::size_t i = 0; i < decoders.size(); ++i) {
        if (drawn[i]) { drawn[i] = decoders[i]->draw(); }
    }
    return {};
}

}   // namespace causalmm::decode

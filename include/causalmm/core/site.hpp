// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <causalmm/core/config.hpp>

namespace causalmm::inline CAUSALMM_ABI {

/// The transformer an attention map belongs to.
///
/// shape   one byte
/// units   none
/// errors  none
/// source  LLaVA: a CLIP vision tower in front of a language model
enum class tower : std::uint8_t { vision, language };

/// Where an attention weight stands in the computation, apart from any memory layout.
///
/// shape   positions in the sequence, never cache cells or rows of a batch
/// units   `sample` names the sequence (a question id), so that batch, order and threads change no draw
/// errors  none
/// source  axes (batch, head, query, key) as in FlexAttention's score_mod(score, b, h, q_idx, kv_idx)
struct site {
    std::uint64_t sample = 0;
    causalmm::tower tower = causalmm::tower::language;
    index_t layer = 0;
    index_t head = 0;
    index_t query = 0;
    index_t key = 0;
};

}   // namespace causalmm

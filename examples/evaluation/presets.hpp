// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <causalmm/core/type_list.hpp>

namespace evaluation {

/// The wordings in which yes/no questions are published, as what stands behind the question.
///
/// official   the text of the question file alone
/// llava      LLaVA's evaluation: "\nAnswer the question using a single word or phrase."
/// vcd        the scripts of VCD and CausalMM: " Please answer this question with one word."
///
/// shape   a type_list; each has name and suffix
/// units   none
/// errors  none
/// source  LLaVA, llava_pope_test.jsonl; VCD and CausalMM, object_hallucination_vqa_llava.py
namespace presets {

struct official {
    static constexpr std::string_view name = "official";
    static constexpr std::string_view suffix = "";
};
struct llava {
    static constexpr std::string_view name = "llava";
    static constexpr std::string_view suffix = "\nAnswer the question using a single word or phrase.";
};
struct vcd {
    static constexpr std::string_view name = "vcd";
    static constexpr std::string_view suffix = " Please answer this question with one word.";
};

}   // namespace presets

using preset_list = causalmm::type_list<presets::official, presets::llava, presets::vcd>;

/// A preset chosen by name at run time.
///
/// shape   plain data
/// units   none
/// errors  none
/// source  preset_list
struct preset {
    std::string_view name = presets::official::name;
    std::string_view suffix = presets::official::suffix;

    template <class Preset>
    static constexpr preset of() {
        return {Preset::name, Preset::suffix};
    }
};

}   // namespace evaluation

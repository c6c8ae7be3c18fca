// SPDX-License-Identifier: MIT
#include <intervene/edit.hpp>

#include <cstdint>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include <causalmm/attention/intervene.hpp>
#include <causalmm/backend/threads.hpp>
#include <intervene/score_edit.hpp>
#include <llava/io/error.hpp>
#include <llava/read_value.hpp>

namespace intervene {
namespace {

using llava::io::error;
using llava::io::exit_code;

/// Calls f with the library's own visibility for a pattern.
template <class Function>
auto with_visibility(any_visibility const& visibility, pattern const& in, Function const& f) {
    return std::visit(
        [&]<class Visibility>(Visibility const& one) {
            if constexpr (std::is_same_v<Visibility, causal_at_the_end>) {
                return f(causalmm::visibility::causal{.offset = in.shape[3] - in.shape[2]});
            } else {
                return f(one);
            }
        },
        visibility);
}

/// The machine's threads, started when the first edit needs them.
causalmm::backend::threads const& workers() {
    static causalmm::backend::threads const all;
    return all;
}

template <class Visibility>
causalmm::attention::place place_of(Visibility const& visibility, pattern const& in,
                                    std::vector<std::uint64_t> const& samples) {
    causalmm::attention::place at{.tower = causalmm::tower::vision, .layer = layer_of(in.name), .samples = samples};
    if constexpr (std::is_same_v<Visibility, causalmm::visibility::causal>) {
        at.tower = causalmm::tower::language;
        at.first_query = visibility.offset;
    }
    return at;
}

causalmm::status intervene_on(llava::any_intervention const& policy, setting const& at, pattern& to) {
    std::vector<std::uint64_t> samples(static_cast<std::size_t>(to.shape[0]));
    std::iota(samples.begin(), samples.end(), std::uint64_t{0});
    return with_visibility(at.visibility, to, [&](auto const& visibility) {
        auto const by = [&]<class Policy>(Policy const& one) {
            causalmm::attention::edit<Policy> const edit{one, at.where, place_of(visibility, to, samples)};
            return with_view(to, [&](auto const& view) {
                if constexpr (causalmm::intervention::score_policy<Policy>) {
                    return edit_scores(edit, view, visibility);
                } else {
                    return causalmm::attention::intervene(workers(), edit, view, visibility);
                }
            });
        };
        return std::visit(by, policy);
    });
}

causalmm::status publish_on(published function, setting const& at, pattern& to) {
    std::vector<float> weights = as_floats(to);
    causalmm::status const outcome = apply(function, {weights.data(), to.shape}, at.seed, layer_of(to.name));
    if (outcome) { set_floats(to, weights); }
    return outcome;
}

}   // namespace

any_visibility parse_visibility(std::string_view text) {
    if (text == causalmm::visibility::bidirectional::name) { return causalmm::visibility::bidirectional{}; }
    if (text == causalmm::visibility::causal::name) { return causal_at_the_end{}; }
    causalmm::visibility::causal shifted;
    constexpr index_t largest = index_t{1} << 32;   // positions are drawn from as 32-bit numbers
    bool const read = text.starts_with("causal:") && llava::read(text.substr(7), shifted.offset);
    if (read && shifted.offset < largest) { return shifted; }
    throw error{exit_code::usage, "", "--visibility",
                "expected bidirectional, causal or causal:OFFSET, found " + llava::io::quote(text)};
}

causalmm::visibility::key_range seen_keys(any_visibility const& visibility, pattern const& in, index_t query) {
    return with_visibility(visibility, in, [&](auto const& one) { return one.keys(0, query, in.shape[3]); });
}

void apply(change const& what, setting const& at, pattern& to) {
    auto const* const function = std::get_if<published>(&what.what);
    causalmm::status const outcome = function != nullptr
                                         ? publish_on(*function, at, to)
                                         : intervene_on(std::get<llava::any_intervention>(what.what), at, to);
    if (outcome) { return; }
    bool const asked_wrong = outcome == causalmm::errc::bad_parameter || outcome == causalmm::errc::unsupported;
    throw error{asked_wrong ? exit_code::usage : exit_code::bad_data, to.file, to.name, outcome.what};
}

index_t layer_of(std::string_view name) {
    auto const last = name.find_last_of("0123456789");
    if (last == std::string_view::npos) { return 0; }
    auto const before = name.find_last_not_of("0123456789", last);
    std::string_view const digits = name.substr(before + 1, last - before);   // npos + 1 is 0
    index_t layer = 0;
    // A number that does not fit names no layer.
    return llava::read(digits, layer) && layer <= std::numeric_limits<std::uint32_t>::max() ? layer : 0;
}

}   // namespace intervene

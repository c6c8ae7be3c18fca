// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <string>

#include <llava/answer.hpp>
#include <llava/io/error.hpp>

namespace llava {
namespace {

/// Those behind the hidden state that the projector reads do not run.
std::int64_t vision_layers(io::config const& of) {
    return of.select_layer < 0 ? of.vision.layers + 1 + of.select_layer : of.select_layer;
}

void check_part(char const* key, causalmm::selection::index_set const& chosen, std::int64_t count) {
    std::int64_t const last = chosen.size() == 0 ? 0 : chosen[chosen.size() - 1].end;
    if (count == 0) { throw io::error{io::exit_code::usage, "", "method", std::string{key} + ": the model has none"}; }
    if (last > count && last != std::numeric_limits<std::int64_t>::max()) {
        throw io::error{io::exit_code::usage, "", "method",
                        std::string{key} + " ends at " + std::to_string(last - 1) + ", the model's are 0-" +
                            std::to_string(count - 1)};
    }
}

}   // namespace

void check_method(io::config const& of, method const& by) {
    if (by.vision) {
        check_part("vision_layers", by.vision->where.layers, vision_layers(of));
        check_part("vision_heads", by.vision->where.heads, of.vision.heads);
    }
    if (by.language) {
        check_part("language_layers", by.language->where.layers, of.text.layers);
        check_part("language_heads", by.language->where.heads, of.text.heads);
    }
    if (by.beam > 1 && by.temperature > 0.0) {
        throw io::error{io::exit_code::usage, "", "method", "beam draws nothing: its temperature is 0"};
    }
    if (by.what == method::kind::released && !of.drop_cls) {
        throw io::error{io::exit_code::usage, "", "method",
                        "released gates patches and needs a model without the class token"};
    }
}

}   // namespace llava

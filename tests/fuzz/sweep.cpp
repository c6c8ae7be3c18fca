// SPDX-License-Identifier: MIT
// Methods, one a line, and what is swept over them, one a line.
#include <evaluation/sweep.hpp>

#include <algorithm>
#include <set>

#include <llava/method.hpp>

#include "fuzz.hpp"

namespace {

using fuzz::require;

std::vector<std::string> lines(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        auto const end = text.find('\n');
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

void check_method(std::string const& text) { llava::parse_method(text); }

void run(std::string_view bytes) {
    auto const files = fuzz::parts(bytes, 2);
    auto const methods = lines(files[0]), sweeps = lines(files[1]);
    auto const values = static_cast<std::size_t>(std::count(files[1].begin(), files[1].end(), ','));
    if (methods.size() > 4 || sweeps.size() > 3 || values > 12) return;   // each sweep multiplies
    std::vector<std::string> found;
    if (!fuzz::accepts([&] { found = evaluation::swept(methods, sweeps, check_method); }, {fuzz::exit_code::usage}))
        return;
    std::size_t most = methods.size();
    for (std::string const& each : sweeps)
        most *= static_cast<std::size_t>(std::count(each.begin(), each.end(), ',')) + 1;
    require(found.size() <= most && found.empty() == methods.empty(), "a method for each value");
    for (std::string const& each : found)
        require(fuzz::accepts([&] { check_method(each); }, {fuzz::exit_code::usage}), "that can be run");
    if (!sweeps.empty()) require(std::set(found.begin(), found.end()).size() == found.size(), "none is there twice");
    require(evaluation::swept(methods, {}, check_method) == methods, "without a sweep they are as they were");
}

std::vector<std::string> seeds() {
    return {fuzz::joined({"greedy\ncausalmm:vision=random(scale=2,seed=7),language=reversed,gamma=1", "gamma=0.5,1,2"}),
            fuzz::joined({"vcd:noise=999,epsilon=1\nreleased", "noise=1,2\nepsilon=0.1,1"}),
            fuzz::joined({"causalmm:language=interpolated_reversed(share=0.5)", "language=reversed,uniform"})};
}

fuzz::target const here("sweep", run, seeds);

}   // namespace

// SPDX-License-Identifier: MIT
#include <evaluation/report/samples.hpp>

#include <algorithm>
#include <functional>
#include <set>

#include <evaluation/rules.hpp>

namespace evaluation::report {

namespace {

// One kind of question in one split.
struct wanted {
    std::size_t split = 0;
    std::function<bool(std::size_t question)> fits;
    std::size_t next = 0;
};

std::vector<wanted> kinds(content const& of, verdicts const& right) {
    std::vector<wanted> result;
    for (std::size_t m = 1; m < of.methods.size(); ++m) {
        for (bool const corrects : {true, false}) {
            for (std::size_t s = 0; s < of.splits.size(); ++s) {
                result.push_back({.split = s, .fits = [&right, s, m, corrects](std::size_t q) {
                                      return right[s][m][q] == corrects && right[s][0][q] != corrects;
                                  }});
            }
        }
    }
    for (std::size_t s = 0; s < of.splits.size(); ++s) {
        result.push_back({.split = s, .fits = [&right, s](std::size_t q) {
                              return std::none_of(right[s].begin(), right[s].end(),
                                                  [q](std::vector<bool> const& method) { return method[q]; });
                          }});
    }
    return result;
}

}   // namespace

verdicts read_answers(content const& of) {
    auto const by = find_rule(of.summary.rule);
    verdicts result;
    for (auto const& split : of.splits) {
        auto& methods = result.emplace_back();
        for (std::size_t m = 0; m < of.methods.size(); ++m) methods.push_back(right_answers(split, m, by));
    }
    return result;
}

std::vector<sample> choose_samples(content const& of, verdicts const& right) {
    auto sources = kinds(of, right);
    std::set<sample> chosen;
    for (bool found = true; found && chosen.size() < of.samples;) {
        found = false;
        for (auto& source : sources) {
            auto const count = of.splits[source.split].questions.size();
            auto const is_new = [&](std::size_t q) { return source.fits(q) && !chosen.contains({source.split, q}); };
            while (source.next < count && !is_new(source.next)) ++source.next;
            if (source.next == count || chosen.size() == of.samples) continue;
            chosen.insert({source.split, source.next});
            found = true;
        }
    }
    return {chosen.begin(), chosen.end()};
}

}   // namespace evaluation::report

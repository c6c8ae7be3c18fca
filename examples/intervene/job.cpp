// SPDX-License-Identifier: MIT
#include <intervene/job.hpp>

#include <algorithm>

#include <fnmatch.h>

#include <intervene/figure.hpp>
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>
#include <llava/io/safetensors_writer.hpp>
#include <llava/io/staged_file.hpp>

namespace intervene {
namespace {

using llava::io::error;
using llava::io::exit_code;
using llava::io::tensor;

bool is_chosen(job const& by, tensor const& one) {
    return is_pattern(one) && ::fnmatch(by.tensors.c_str(), one.name.c_str(), 0) == 0;
}

/// The first attention tensor that the job edits.
tensor const& first_chosen(job const& by, std::vector<tensor> const& tensors, std::string const& file) {
    auto const first =
        std::find_if(tensors.begin(), tensors.end(), [&by](tensor const& each) { return is_chosen(by, each); });
    if (first == tensors.end()) {
        throw error{exit_code::bad_data, file, "tensors",
                    "none of " + std::to_string(tensors.size()) + " is named " + llava::io::quote(by.tensors) +
                        " and attention: (query, key), (head, query, key) or (batch, head, query, key) in F32, F16 "
                        "or BF16"};
    }
    return *first;
}

/// One head of a pattern, to be drawn.
panel panel_of(pattern const& from, job const& by, std::string title) {
    index_t const queries = from.shape[2], keys = from.shape[3];
    panel one{.title = std::move(title), .queries = queries, .keys = keys, .weights = {}, .seen = {}};
    std::vector<float> const all = as_floats(from);
    auto const begin = all.begin() + by.head * queries * keys;
    one.weights.assign(begin, begin + queries * keys);
    for (index_t q = 0; q < queries; ++q) { one.seen.push_back(seen_keys(by.where.visibility, from, q)); }
    return one;
}

figure picture_of(job const& by, tensor const& of) {
    pattern const before = read_pattern(of);
    if (by.head >= before.shape[1]) {
        throw error{exit_code::usage, "", "--head",
                    std::to_string(by.head) + ", but " + llava::io::quote(of.name) + " has heads 0-" +
                        std::to_string(before.shape[1] - 1)};
    }
    std::vector<panel> panels{panel_of(before, by, "before")};
    for (change const& each : by.changes) {
        pattern after = before;
        apply(each, by.where, after);
        panels.push_back(panel_of(after, by, each.text));
    }
    return draw(of.name + ", head " + std::to_string(by.head), panels);
}

/// Tensor by tensor, so that no more than one is in memory.
void write_edited(job const& by, std::vector<tensor> const& tensors, llava::io::staged_file& to) {
    for (tensor const& each : tensors) {
        if (!is_chosen(by, each)) {
            to.write({each.data, each.bytes});
            continue;
        }
        pattern edited = read_pattern(each);
        apply(by.changes.front(), by.where, edited);
        to.write(bytes(edited));
    }
}

}   // namespace

void run(job const& what) {
    llava::io::mapped_file const file{what.in};
    std::vector<tensor> const tensors = llava::io::read_safetensors(file);
    tensor const& first = first_chosen(what, tensors, file.name());
    std::optional<llava::io::staged_file> picture, out;
    if (what.picture) {
        figure const drawn = picture_of(what, first);
        picture.emplace(*what.picture).write(drawn.png);
    }
    if (what.out) {
        llava::io::write_safetensors_header(out.emplace(*what.out), tensors, llava::io::read_metadata(file));
        write_edited(what, tensors, *out);
    }
    if (out) { out->commit(); }
    if (picture) { picture->commit(); }
}

}   // namespace intervene

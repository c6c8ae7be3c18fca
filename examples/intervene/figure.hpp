// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <causalmm/core/config.hpp>
#include <causalmm/visibility/concepts.hpp>

namespace intervene {

using causalmm::index_t;

/// One heat map of a figure: the pattern of one head under one intervention.
struct panel {
    std::string title;
    index_t queries = 0, keys = 0;
    std::vector<float> weights;                          // (query, key)
    std::vector<causalmm::visibility::key_range> seen;   // by query; hidden keys are left white
};

/// Where a panel's map lies in the picture.
struct map_place {
    int x = 0, y = 0;                // of its upper left corner
    double cell_x = 0, cell_y = 0;   // size of a cell
};

/// A picture of maps side by side, each with its colour scale below it, the first map's where its weights fit in, and the dose of each
/// of its rows at its right: the row's mass over visible keys, with a line at 1.
struct figure {
    int width = 0, height = 0;
    std::vector<map_place> maps;
    std::vector<std::byte> png;
};

/// errors  unavailable if cairo cannot draw it
figure draw(std::string const& title, std::vector<panel> const& panels);

}   // namespace intervene

// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <evaluation/report/content.hpp>

namespace evaluation::report {

/// The report as one file that needs no other: style, script and pictures are in it, and nothing in it asks the network.
///
/// shape   HTML that is XML too, UTF-8; the same content gives the same bytes
/// units   none
/// errors  as content.picture and content.attention
/// source  evaluation.md 2.3
std::string page(content const& of);

}   // namespace evaluation::report

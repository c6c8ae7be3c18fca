// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <evaluation/report/content.hpp>

namespace evaluation::report {

/// Bytes as base64.
///
/// shape   4 characters for every 3 bytes begun
/// units   bytes
/// errors  none
/// source  RFC 4648
std::string base64(std::string_view bytes);

/// A picture file as an address that holds all of it.
///
/// shape   data:image/png or data:image/jpeg, told by the first bytes; empty for anything else
/// units   none
/// errors  none
/// source  RFC 2397
std::string data_uri(std::string_view picture_file);

/// A map as a PNG to lay over the picture: a pixel each, clear and dark at its minimum, bright and solid at its maximum.
///
/// shape   columns x rows pixels; empty if the map is
/// units   none
/// errors  none: what is not finite is drawn as 0; a flat map as its minimum
/// source  the colours of Matplotlib's inferno at seven places, between them straight
std::string heat_png(attention_map const& map);

}   // namespace evaluation::report

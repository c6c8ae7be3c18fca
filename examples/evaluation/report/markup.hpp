// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace evaluation::report {

/// Text as markup: nothing in it is a tag, an attribute's end or a reference any more. Characters that XML has not become U+FFFD.
///
/// shape   any bytes -> UTF-8 that is safe between tags and inside double quotes
/// units   bytes
/// errors  none
/// source  XML 1.0, 2.2 and 2.4
std::string escaped(std::string_view text);

/// An element, written so that readers of HTML and of XML see the same.
///
/// shape   attribute values are escaped here; content is markup already. Without content a void element or an SVG leaf closes itself
/// units   none
/// errors  none
/// source  XHTML 1.0, appendix C
using attributes = std::initializer_list<std::pair<std::string_view, std::string>>;
std::string element(std::string_view name, attributes with, std::string_view content);
std::string leaf(std::string_view name, attributes with);

/// A number with so many digits behind the point; zero has no sign.
///
/// shape   "-1.50"; `signed_fixed` has a plus before what is above zero
/// units   none
/// errors  none
/// source  std::to_chars: no locale
std::string fixed(double value, int digits);
std::string signed_fixed(double value, int digits);

}   // namespace evaluation::report

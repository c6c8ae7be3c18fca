// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace evaluation::report {

/// The page's style sheet: one column of cards at 360 pixels, three at 1280, black on white in print, dark where the reader wants it.
///
/// shape   CSS
/// units   CSS pixels
/// errors  none
/// source  colours of Okabe and Ito, which remain apart for the colour-blind
std::string_view style_sheet();

/// What the sample browser's choices do; the page can be read without it.
///
/// shape   JavaScript that is valid inside XHTML as it is
/// units   none
/// errors  none
/// source  sample_browser
std::string_view script();

}   // namespace evaluation::report

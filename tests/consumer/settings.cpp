// SPDX-License-Identifier: MIT
// Compiled twice, once with CONSUMER_GIVES: two translation units that exchange a type of the library.
#include <causalmm/core/status.hpp>

bool holds(causalmm::status outcome);

#if defined(CONSUMER_GIVES)
bool holds(causalmm::status outcome) { return outcome == causalmm::errc::ok; }
#else
int main() { return holds({}) ? 0 : 1; }
#endif

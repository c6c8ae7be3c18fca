// SPDX-License-Identifier: MIT
#include <llava/io/content.hpp>

#include <string>

#include "catch.hpp"

namespace {

std::string known(std::string const& bytes) {
    return std::string(llava::io::known_content(std::as_bytes(std::span(bytes))));
}

}   // namespace

TEST_CASE("content: files that downloads leave behind are told by their first bytes", "[llava][io]") {
    CHECK(known("version https://git-lfs.github.com/spec/v1\n").find("Git LFS") != std::string::npos);
    CHECK(known("<!DOCTYPE html>").find("HTML") != std::string::npos);
    CHECK(known("PK\x03\x04").find("ZIP") != std::string::npos);
    CHECK(known("\x89PNG\r\n\x1a\n") == "a PNG picture");
    CHECK(known("\xff\xd8\xff\xe0") == "a JPEG picture");
    CHECK(known("{}").empty());
    CHECK(known("P").empty());
    CHECK(known("").empty());
}

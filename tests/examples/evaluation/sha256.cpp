// SPDX-License-Identifier: MIT
#include <evaluation/sha256.hpp>

#include <evaluation/signals.hpp>

#include "catch.hpp"
#include "support.hpp"

using evaluation::sha256;

TEST_CASE("sha256: the examples of FIPS 180 and its test vectors", "[evaluation]") {
    CHECK(sha256().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256().add("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256().add("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256().add(std::string(1'000'000, 'a')).hex() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256: the pieces in which bytes come do not matter", "[evaluation]") {
    std::string const text(200, 'x');
    auto const whole = sha256().add(text).hex();
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CHECK(sha256().add(std::string_view(text).substr(0, cut)).add(std::string_view(text).substr(cut)).hex() ==
              whole);
    }
}

TEST_CASE("hash of a file: its bytes when small, size and blocks when large", "[evaluation]") {
    support::temporary_folder const folder;
    auto const small = support::write_file(folder / "small", "abc");
    CHECK(evaluation::hash_file(small) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    auto const large = support::write_file(folder / "large", "");
    std::filesystem::resize_file(large, (std::uintmax_t{64} << 20) + 1);
    auto const before = evaluation::hash_file(large);
    std::filesystem::resize_file(large, (std::uintmax_t{64} << 20) + 2);
    CHECK(evaluation::hash_file(large) != before);
    CHECK(support::thrown_by([&] { evaluation::hash_file(folder / "absent"); }).code == 66);
    CHECK(support::thrown_by([&] { evaluation::hash_file(folder.path()); }).code == 66);
}

TEST_CASE("hash of a file: a signal ends it", "[evaluation]") {
    support::temporary_folder const folder;
    auto const file = support::write_file(folder / "file", "abc");
    evaluation::signal_guard const guard;
    CHECK_NOTHROW(evaluation::hash_file(file));
    ::raise(SIGTERM);
    CHECK_THROWS_AS(evaluation::hash_file(file), evaluation::interrupted);
}

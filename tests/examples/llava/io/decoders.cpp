// SPDX-License-Identifier: MIT
#include <llava/io/decoders.hpp>

#include <string>

#include "catch.hpp"
#include "support.hpp"

using llava::io::decode_jpeg;
using llava::io::image;
using llava::io::refused_size;
using namespace std::string_literals;

namespace {

// The segments of a baseline JPEG up to its scan: marker byte, then bytes with their length; the last one runs to the end.
struct segment {
    unsigned char marker;
    std::string body;
};

std::vector<segment> segments(std::string const& file) {
    std::vector<segment> out;
    std::size_t at = 2;
    for (;;) {
        auto const marker = static_cast<unsigned char>(file[at + 1]);
        auto const size = static_cast<std::size_t>(static_cast<unsigned char>(file[at + 2]) * 256 +
                                                   static_cast<unsigned char>(file[at + 3]));
        bool const scan = marker == 0xDA;
        out.push_back({marker, file.substr(at + 2, scan ? std::string::npos : size)});
        if (scan) return out;
        at += 2 + size;
    }
}

std::string joined(std::vector<segment> const& all) {
    std::string out = "\xff\xd8";
    for (auto const& [marker, body] : all) out += "\xff"s + static_cast<char>(marker) + body;
    return out;
}

std::string complaint(std::string const& file) {
    image out;
    return decode_jpeg(std::as_bytes(std::span(file)), out);
}

// What the decoder says of a good file whose segments `edit` changed.
template <class Edit>
std::string edited(Edit edit) {
    auto all = segments(support::contents(support::golden("images/sub444.jpg")));
    std::vector<segment> out;
    for (segment& one : all) edit(one, out);
    return complaint(joined(out));
}

constexpr unsigned char quantisation = 0xDB, huffman = 0xC4, frame = 0xC0, scan_start = 0xDA;

}   // namespace

TEST_CASE("decoders: a size is refused before its pixels exist", "[llava][io]") {
    CHECK(refused_size(1, 1).empty());
    CHECK(refused_size(9459, 9459).empty());
    CHECK_FALSE(refused_size(9460, 9460).empty());   // 89,491,600
    CHECK(refused_size(65500, 328).empty());
    CHECK_FALSE(refused_size(65501, 400).empty());
    CHECK(refused_size(200, 1).empty());
    CHECK_FALSE(refused_size(201, 1).empty());
    CHECK_FALSE(refused_size(0, 5).empty());
    CHECK_FALSE(refused_size(5, 0).empty());
    CHECK_FALSE(refused_size(~0U, ~0U).empty());
}

TEST_CASE("decoders: JPEGs without their tables, with two frames, or with sizes that lie", "[llava][io]") {
    auto const same = [](segment& one, std::vector<segment>& out) { out.push_back(one); };
    CHECK(edited(same).empty());
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {
                    if (one.marker != quantisation) out.push_back(one);
                }).empty());
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {
                    if (one.marker != frame) out.push_back(one);
                }).empty());
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {
                    out.insert(out.end(), one.marker == frame ? 2 : 1, one);
                }).empty());
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {
                    if (one.marker != scan_start) out.push_back(one);
                }).empty());
    auto const resized = [](int high, int low) {
        return edited([high, low](segment& one, std::vector<segment>& out) {
            if (one.marker == frame) {
                for (std::size_t at : {3U, 5U})
                    one.body.replace(at, 2, {static_cast<char>(high), static_cast<char>(low)});
            }
            out.push_back(one);
        });
    };
    CHECK_FALSE(resized(0, 0).empty());
    CHECK(resized(0xFF, 0xDC).find("65500 x 65500") != std::string::npos);
    CHECK_FALSE(resized(2, 0).empty());                                // more rows than the scan holds
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {   // 12 bits a sample
                    if (one.marker == frame) one.body[2] = 12;
                    out.push_back(one);
                })
                    .empty());
    CHECK_FALSE(edited([](segment& one, std::vector<segment>& out) {   // more codes of one bit than there are
                    if (one.marker == huffman) one.body[3] = 3;
                    out.push_back(one);
                })
                    .empty());
}

TEST_CASE("decoders: JPEG scans are counted by the pixels they go over, whatever few bytes they take", "[llava][io]") {
    std::size_t const side = 4000, blocks = (side / 8) * (side / 8);
    std::string const zeros(64, '\1'), one_code = "\x01"s + std::string(15, '\0');
    auto const marker = [](unsigned char which, std::string const& body) {
        return segment{which, "\0"s + static_cast<char>(body.size() + 2) + body};
    };
    // Code 0 of the tables: no difference to the block before it; the next 16384 blocks hold nothing (EOB14).
    std::vector<segment> picture = {
        marker(quantisation, "\0"s + zeros), marker(0xC2, "\x08\x0f\xa0\x0f\xa0\x01\x01\x11\0"s),
        marker(huffman, "\0"s + one_code + "\0"s), marker(huffman, "\x10"s + one_code + "\xe0"s),
        marker(scan_start, "\x01\x01\0\0\0\0"s)};
    picture.back().body += std::string((blocks + 7) / 8, '\0');
    segment empty = marker(scan_start, "\x01\x01\0\x01\x3f\0"s);
    empty.body += std::string(((blocks / 16384 + 1) * 15 + 7) / 8, '\0');
    auto const with_scans = [&](std::size_t count) {
        auto all = picture;
        all.insert(all.end(), count, empty);
        return complaint(joined(all) + "\xff\xd9");
    };
    CHECK(with_scans(3).empty());
    CHECK(with_scans(100) == "too many scans");
}

TEST_CASE("decoders: what has no bearing on the pixels is no fault", "[llava][io]") {
    CHECK(edited([](segment& one, std::vector<segment>& out) {
              if (one.marker == quantisation && (out.empty() || out.back().marker != quantisation)) {
                  out.push_back({0xE1, "\x00\x0e"s + "Exif\0\0rubbish"s.substr(0, 12)});
                  for (int i = 0; i < 200; ++i)
                      out.push_back({0xE2, "\xff\xff"s + std::string(65533, 'x')});   // 13 MB of profile
              }
              out.push_back(one);
          }).empty());
}

// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <zlib.h>

using namespace catalogue;   // NOLINT: helpers of the tests
using namespace std::string_literals;

namespace {

std::string golden(std::string const& name) {
    return support::read_file(fs::path(CAUSALMM_SOURCE_DIR) / "tests/golden/io/images" / name);
}

// Each case as the picture of a question.
void check_pictures(std::string const& name, std::vector<entry> const& cases) {
    support::temporary_folder const folder;
    fs::create_directory(folder / "images");
    auto const questions = support::write_file(
        folder / "q.jsonl", R"({"question_id":1,"image":")" + name + R"(","text":"Is it?","label":"yes"})");
    for (entry const& each : cases) {
        INFO(each.name);
        support::write_file(folder / ("images/" + name), each.bytes);
        auto const found = checked({.model = "m", .tasks = {"pope:" + questions.native()}, .images = folder / "images"},
                                   support::fake_engine());
        if (each.says.empty()) {
            CHECK(found.what == "");
        } else {
            check_refusal(found, name, each);
        }
    }
}

void check_sweep(std::string const& name, std::string const& good, std::size_t first, std::size_t step) {
    std::vector<entry> cuts;
    for (std::size_t size = first; size < good.size(); size += step)
        cuts.push_back({"truncation sweep " + std::to_string(size), good.substr(0, size), ": "});
    check_pictures(name, cuts);
}

std::string big_endian(std::size_t value, std::size_t size) {
    std::string out;
    for (std::size_t i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 255U);
    return out;
}

// A JPEG's marker segment.
std::string segment(unsigned char marker, std::string const& body) {
    return "\xff"s + static_cast<char>(marker) + big_endian(body.size() + 2, 2) + body;
}
constexpr unsigned char tables = 0xDB, codes = 0xC4, baseline = 0xC0;

// The segment of that marker in a file: where it is, and how long.
struct range {
    std::size_t at, size;
};
range find(std::string const& file, unsigned char marker) {
    std::size_t at = 2;
    while (static_cast<unsigned char>(file[at + 1]) != marker) {
        at += 2 + static_cast<unsigned char>(file[at + 2]) * 256U + static_cast<unsigned char>(file[at + 3]);
    }
    return {at, 2 + static_cast<unsigned char>(file[at + 2]) * 256U + static_cast<unsigned char>(file[at + 3])};
}
std::string without_all(std::string file, unsigned char marker, std::size_t count) {
    for (; count > 0; --count) {
        auto const [at, size] = find(file, marker);
        file.erase(at, size);
    }
    return file;
}
// A file with one byte of that segment changed; 0 is the marker's first.
std::string changed(std::string file, unsigned char marker, std::size_t place, std::string const& to) {
    return file.replace(find(file, marker).at + place, to.size(), to);
}
std::string inserted(std::string file, std::string const& segments) { return file.insert(2, segments); }

struct recoding {
    jpeg_decompress_struct from;
    jpeg_compress_struct to;
    jpeg_error_mgr errors;
    std::jmp_buf out;
    unsigned char* bytes;
    unsigned long size;
};
bool recode(recoding& state, std::string_view file) {
    if (setjmp(state.out) != 0) return false;
    state.from.err = state.to.err = jpeg_std_error(&state.errors);
    state.errors.error_exit = [](j_common_ptr library) {
        std::longjmp(static_cast<recoding*>(library->client_data)->out, 1);
    };
    state.from.client_data = state.to.client_data = &state;
    jpeg_create_decompress(&state.from);
    jpeg_create_compress(&state.to);
    jpeg_mem_src(&state.from, reinterpret_cast<unsigned char const*>(file.data()), file.size());
    jpeg_read_header(&state.from, TRUE);
    jvirt_barray_ptr* const coefficients = jpeg_read_coefficients(&state.from);
    jpeg_copy_critical_parameters(&state.from, &state.to);
    state.to.arith_code = TRUE;
    jpeg_mem_dest(&state.to, &state.bytes, &state.size);
    jpeg_write_coefficients(&state.to, coefficients);
    jpeg_finish_compress(&state.to);
    return true;
}
// The same coefficients in arithmetic coding; nothing if the library has been built without it.
std::string arithmetic(std::string_view file) {
    recoding state{};
    std::string out;
    if (recode(state, file)) out.assign(reinterpret_cast<char const*>(state.bytes), state.size);
    jpeg_destroy_decompress(&state.from);
    jpeg_destroy_compress(&state.to);
    std::free(state.bytes);   // the library took it by malloc
    return out;
}

// A PNG's chunk; its checksum is zlib's.
std::string chunk(std::string const& name, std::string const& data) {
    std::string const both = name + data;
    auto const sum =
        ::crc32(0, reinterpret_cast<unsigned char const*>(both.data()), static_cast<unsigned>(both.size()));
    return big_endian(data.size(), 4) + both + big_endian(sum, 4);
}
std::string packed(std::string const& data) {
    auto size = ::compressBound(data.size());
    std::string out(size, '\0');
    ::compress(reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<unsigned char const*>(data.data()),
               data.size());
    return out.substr(0, size);
}
std::string const signature = "\x89PNG\r\n\x1a\n", end = chunk("IEND", "");
std::string head(std::size_t width, std::size_t height, char depth = 8, char colour = 2, char interlace = 0) {
    return signature +
           chunk("IHDR", big_endian(width, 4) + big_endian(height, 4) + depth + colour + "\0\0"s + interlace);
}
// Two by two pixels of one byte each.
std::string gray(std::string const& before = "", std::string const& rows = "\0\x01\x02\0\x03\x04"s, char colour = 0) {
    return head(2, 2, 8, colour) + before + chunk("IDAT", packed(rows)) + end;
}

}   // namespace

TEST_CASE("catalogue: JPEG, damaged", "[catalogue]") {
    std::string const good = golden("sub444.jpg");
    auto const scan = find(good, 0xDA);
    std::string const start = good.substr(0, scan.at);
    std::string const sizes = big_endian(65500, 2) + big_endian(65500, 2);
    auto const frame = find(good, baseline);
    check_pictures(
        "a.jpg",
        {{"empty", "", "the file is empty"},
         {"text", "no picture", "expected a JPEG or PNG picture, found neither"},
         {"SOI only", "\xff\xd8", "expected a JPEG or PNG picture"},
         {"SOI and EOI", "\xff\xd8\xff\xd9", "JPEG: "},
         {"no scan data", good.substr(0, scan.at + scan.size), "JPEG: Premature end"},
         {"no scan", start + "\xff\xd9", "JPEG: "},
         {"cut scan", good.substr(0, good.size() - 20), "JPEG: Premature end"},
         {"no end marker", good.substr(0, good.size() - 2), "JPEG: Premature end"},
         {"0x0", changed(good, baseline, 5, std::string(4, '\0')), "JPEG: "},
         {"65500x65500 in 300 bytes", changed(good, baseline, 5, sizes), "JPEG: 65500 x 65500 pixels"},
         {"1x20000", changed(good, baseline, 5, big_endian(20000, 2) + big_endian(1, 2)), "1:200"},
         {"12-bit", changed(good, baseline, 4, "\x0c"), "JPEG: Unsupported JPEG data precision 12"},
         {"no DQT", without_all(good, tables, 2), "JPEG: Quantization table"},
         {"over-subscribed DHT", changed(good, codes, 5, "\x03"), "JPEG: Bogus Huffman table"},
         {"DHT length", changed(good, codes, 2, "\0\x05"s), "JPEG: "},
         {"two SOF", good.substr(0, frame.at) + good.substr(frame.at, frame.size) + good.substr(frame.at), "JPEG: "},
         {"arithmetic, said of another", changed(good, baseline, 1, "\xc9"), "JPEG: arithmetic coding"},
         {"lossless", changed(good, baseline, 1, "\xc3"), "JPEG: Unsupported JPEG process"},
         {"restart without markers", inserted(good, segment(0xDD, big_endian(1, 2))), "JPEG: "}});
    // Four components of one table: CMYK, said by Adobe's marker.
    std::string const four = segment(0xEE, "Adobe\0\x64\0\0\0\0\0"s) + segment(tables, "\0"s + std::string(64, '\1')) +
                             segment(baseline, "\x08\0\x08\0\x08\x04\1\x11\0\2\x11\0\3\x11\0\4\x11\0"s);
    check_pictures("a.jpg", {{"CMYK", "\xff\xd8" + four + segment(0xDA, "\4\1\0\2\0\3\0\4\0\0\x3f\0"s), "CMYK"}});
    if (auto const other = arithmetic(good); other.empty()) {
        WARN("no arithmetic coding in this JPEG library: the case is left out");
    } else {
        CHECK(other.size() < good.size());
        check_pictures("a.jpg", {{"arithmetic", other, "a.jpg: JPEG: arithmetic coding is not supported"}});
    }
    check_sweep("a.jpg", good, 0, 13);
    check_sweep("a.jpg", golden("sub420_progressive.jpg"), 3, 29);
}

TEST_CASE("catalogue: JPEG, surprising but legal", "[catalogue]") {
    std::string const good = golden("sub444.jpg");
    check_pictures("a.jpg", {{"orientation 6", golden("orientation.jpg"), ""},
                             {"broken EXIF", inserted(good, segment(0xE1, "Exif\0\0rubbish"s)), ""},
                             {"13 MB APP2", inserted(good, repeated(segment(0xE2, std::string(65533, 'x')), 200)), ""},
                             {"PNG inside", golden("png_inside.jpg"), ""},
                             {"1x1", golden("one.jpg"), ""},
                             {"trailing garbage", golden("trailing.jpg"), ""},
                             {"trailing garbage, made", good + "garbage", ""},
                             {"restart", golden("restart.jpg"), ""},
                             {"no DHT: the standard tables, as in motion JPEG", without_all(good, codes, 4), ""},
                             {"PNG named .jpg", golden("pixel.png"), ""}});
}

TEST_CASE("catalogue: PNG, damaged", "[catalogue]") {
    std::string const good = gray();
    auto const broken = [&](std::size_t at) {
        std::string out = good;
        out[at] = static_cast<char>(out[at] ^ 1);
        return out;
    };
    std::size_t const data = good.find("IDAT");
    std::string const palette = chunk("PLTE", std::string(6, 'p'));
    check_pictures(
        "a.png",
        {{"signature only", signature, "PNG: truncated"},
         {"IHDR CRC", broken(29), "PNG: IHDR: CRC error"},
         {"IDAT CRC", broken(good.size() - 13), "PNG: "},
         {"IDAT bit", broken(data + 8), "PNG: "},
         {"width 0", head(0, 2) + end, "PNG: "},
         {"2^31-1 square", head(0x7fffffff, 0x7fffffff) + end, "PNG: "},
         {"2^31 square", head(0x80000000, 0x80000000) + end, "PNG: "},
         {"30000x30000 1-bit bomb", head(30000, 30000, 1, 0) + chunk("IDAT", packed("")) + end, "30000 x 30000 pixels"},
         {"short", gray("", "\0\x01\x02"s), "PNG: "},
         {"long", gray("", std::string(100, '\0')), "PNG: "},
         {"no IDAT", head(2, 2, 8, 0) + end, "PNG: "},
         {"no IEND", good.substr(0, good.size() - end.size()), "PNG: truncated"},
         {"PLTE missing", gray("", "\0\0\1\0\0\1"s, 3), "PNG: "},
         {"palette index past the end", gray(palette, "\0\0\1\0\0\7"s, 3), "PNG: "},
         {"interlace 9", head(2, 2, 8, 0, 9) + end, "PNG: "},
         {"filter 9", gray("", "\x09\x01\x02\0\x03\x04"s), "PNG: bad adaptive filter"},
         {"chunk length 2^32-1", head(2, 2, 8, 0) + "\xff\xff\xff\xffIDAT" + end, "PNG: "},
         {"bad zlib", head(2, 2, 8, 0) + chunk("IDAT", "not zlib") + end, "PNG: "},
         {"wrong zlib sum",
          head(2, 2, 8, 0) + chunk("IDAT", packed("\0\x01\x02\0\x03\x04"s).substr(0, 10) + "xxxx") + end, "PNG: "},
         {"depth 3", head(2, 2, 3, 0) + end, "PNG: "},
         {"illegal depth/type pair", head(2, 2, 16, 3) + end, "PNG: "},
         {"critical chunk unknown", gray(chunk("EVIL", "x")), "PNG: "},
         {"GIF", "GIF89a", "a GIF picture"},
         {"WebP", "RIFF\x10\0\0\0WEBP"s, "WebP"},
         {"SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"},
         {"SVG with a head", "<?xml version='1.0'?><svg/>", "SVG"}});
    check_pictures("a.png", foreign_files());
    check_sweep("a.png", good, 0, 1);
}

TEST_CASE("catalogue: PNG, surprising but legal", "[catalogue]") {
    std::string const bomb = "name\0\0"s + packed(std::string(50'000'000, '\0'));
    check_pictures("a.png", {{"two by two", gray(), ""},
                             {"16-bit", golden("colour2_depth16.png"), ""},
                             {"alpha", golden("colour6_depth8.png"), ""},
                             {"iCCP bomb, skipped unread", gray(chunk("iCCP", bomb)), ""},
                             {"zTXt bomb, skipped unread", gray(chunk("zTXt", bomb)), ""},
                             {"200,000 tEXt chunks", gray(repeated(chunk("tEXt", "k\0v"s), 200'000)), ""},
                             {"palette", gray(chunk("PLTE", std::string(6, 'p')), "\0\0\1\0\0\1"s, 3), ""},
                             {"JPEG named .png", golden("sub444.jpg"), ""}});
}

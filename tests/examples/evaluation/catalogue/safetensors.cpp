// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

using namespace catalogue;   // NOLINT: helpers of the tests
using namespace std::string_literals;

namespace {

constexpr char const* file = "model.safetensors";

std::string framed(std::string const& header, std::string const& data = "") {
    return eight_bytes(header.size()) + header + data;
}

// One tensor of two floats, with one of its three fields as given.
std::string one(std::string const& dtype, std::string const& shape = "[2]", std::string const& offsets = "[0,8]") {
    return framed(R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
                  "12345678");
}
std::string shaped(std::string const& shape, std::string const& offsets = "[0,8]") {
    return one("\"F32\"", shape, offsets);
}
std::string placed(std::string const& offsets) { return shaped("[2]", offsets); }

// Two tensors of four bytes at these places, before this many bytes.
std::string two(std::string const& first, std::string const& second, std::size_t bytes = 8,
                std::string const& b = "b") {
    std::string const rest = R"(":{"dtype":"F32","shape":[1],"data_offsets":)";
    return framed("{\"a" + rest + first + "},\"" + b + rest + second + "}}", std::string(bytes, 'x'));
}
std::string named(std::string const& name) {
    return framed("{\"" + name + R"(":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})");
}
std::string many_tensors(std::size_t count) {
    std::string header = "{";
    for (std::size_t i = 0; i < count; ++i)
        header += "\"t" + std::to_string(i) + R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)";
    header.back() = '}';
    return framed(header, "x");
}

}   // namespace

TEST_CASE("catalogue: safetensors, lengths that lie", "[catalogue]") {
    model_folder const model;
    check_cases(model, file,
                {{"empty", "", "header: "},
                 {"3 bytes", "abc", "truncated"},
                 {"length only", eight_bytes(10), "header: truncated"},
                 {"n = 2^64-1", eight_bytes(~0ULL) + "{}", "header: length 18446744073709551615"},
                 {"n = 2^63", eight_bytes(1ULL << 63U) + "{}", "header: length 9223372036854775808"},
                 {"n = 1000 > file", eight_bytes(1000) + "{}", "header: truncated: length 1000"},
                 {"n = 0", eight_bytes(0) + "{}", "header: does not start with {"}});
    check_cases(model, file, foreign_files());
    fs::resize_file(model.replace(file, eight_bytes(100'000'001) + "{"), 100'000'100);   // sparse
    check_refusal(model.check(), file, {"n > 100 MB cap", "", "header: length 100000001"});
}

TEST_CASE("catalogue: safetensors, headers that are no table of tensors", "[catalogue]") {
    model_folder const model;
    std::string const good = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
    check_cases(model, file,
                {{"header not UTF-8", named("\xff\xfe"), "not valid JSON"},
                 {"header {", framed("{"), "not valid JSON"},
                 {"header []", framed("[]"), "header: does not start with {"},
                 {"header null", framed("null"), "header: does not start with {"},
                 {"leading space", framed(" {}"), "header: does not start with {"},
                 {"BOM", framed("\xEF\xBB\xBF{}"), "header: does not start with {"},
                 {"NUL padding", framed("{}\0\0"s), "NUL"},
                 {"duplicate name with hole", two("[0,4]", "[5,9]", 9, "a"), "key \"a\" is given twice"},
                 {"duplicate name, same range", two("[0,4]", "[0,4]", 4, "a"), "key \"a\" is given twice"},
                 {"duplicate dtype field", one(R"("F32","dtype":"F32")"), "key \"dtype\" is given twice"},
                 {"metadata number", framed(R"({"__metadata__":{"a":1}})"), "__metadata__.a: expected a string"},
                 {"metadata object", framed(R"({"__metadata__":{"a":{}}})"), "__metadata__.a: expected a string"},
                 {"name with ESC", named("a\\u001b[2J"), "control character"},
                 {"name with newline", named("a\\nb"), "control character"},
                 {"name with NUL", named("a\\u0000b"), "control character"},
                 {"1 MB name", named(std::string(1'000'000, 'n')), "tensor name of 1000000 bytes"},
                 {"100,000 tensors over one range", many_tensors(100'000), "overlap"},
                 {"100,001 tensors", many_tensors(100'001), "header: 100001 tensors"},
                 {"200,000-deep JSON", framed("{\"a\":" + std::string(200'000, '[')), "nested deeper than 64"}});
}

TEST_CASE("catalogue: safetensors, types, shapes and places", "[catalogue]") {
    std::string const max = "9223372036854775807", half = "4611686018427387904";   // 2^63 - 1, 2^62
    check_cases(model_folder(), file,
                {{"overlap", two("[0,4]", "[2,6]", 6), "b: data_offsets overlap"},
                 {"hole", two("[0,4]", "[5,9]", 9), "b: data_offsets leave a hole of 1 bytes"},
                 {"trailing bytes", two("[0,4]", "[4,8]", 9), "1 bytes after the last tensor"},
                 {"2 bytes short", two("[0,4]", "[4,8]", 6), "truncated"},
                 {"end < begin", placed("[8,0]"), "a.data_offsets: begin 8 is after end 0"},
                 {"offset negative", placed("[-8,0]"), "a.data_offsets[0]: expected an integer"},
                 {"offset float", placed("[0,1.6e1]"), "a.data_offsets[1]: expected an integer"},
                 {"offset string", placed(R"(["0",8])"), "a.data_offsets[0]: expected an integer"},
                 {"offset 2^64", placed("[0,18446744073709551616]"), "a.data_offsets[1]: expected an integer"},
                 {"offset boolean", placed("[false,8]"), "a.data_offsets[0]: expected an integer"},
                 {"three offsets", placed("[0,4,8]"), "a.data_offsets: expected 2 offsets, found 3"},
                 {"shape mismatch", shaped("[3]"), "a.data_offsets: span 8 bytes, but dtype and shape need 12"},
                 {"count wraps", shaped("[" + half + ",8]"), "a.shape: the product"},
                 {"bytes wrap", shaped("[" + half + ",2]"), "a.shape: the product"},
                 {"bytes wrap to 0", shaped("[" + half + "]", "[0,0]"), "a.shape: the product"},
                 {"negative dims", shaped("[-2,-2]"), "a.shape[0]: expected an integer"},
                 {"zero-then-huge", shaped("[0," + max + "," + max + "]", "[0,0]"), "a.shape: the product"},
                 {"huge-then-zero", shaped("[" + max + "," + max + ",0]", "[0,0]"), "a.shape: the product"},
                 {"rank 9", shaped("[1,1,1,1,1,1,1,1,2]"), "a.shape: rank 9"},
                 {"dtype F17", one("\"F17\""), "a.dtype: unknown type \"F17\""},
                 {"dtype f32", one("\"f32\""), "a.dtype: unknown type \"f32\""},
                 {"dtype 32", one("32"), "a.dtype: expected a string"},
                 {"12-bit F4", one("\"F4\"", "[3]", "[0,2]"), "a.dtype: unknown type \"F4\""},
                 {"missing dtype", framed(R"({"a":{"shape":[0],"data_offsets":[0,0]}})"), "a.dtype: missing"},
                 {"missing shape", framed(R"({"a":{"dtype":"F32","data_offsets":[0,0]}})"), "a.shape: missing"},
                 {"missing offsets", framed(R"({"a":{"dtype":"F32","shape":[0]}})"), "a.data_offsets: missing"},
                 {"unknown field", one(R"("F32","extra":1)"), "a.extra: unknown field"}});
}

TEST_CASE("catalogue: safetensors, cut anywhere", "[catalogue]") {
    model_folder const model;
    std::string const whole = two("[0,4]", "[4,8]");
    std::vector<entry> cuts;
    for (std::size_t size = 0; size < whole.size(); ++size)
        cuts.push_back({"truncation sweep " + std::to_string(size), whole.substr(0, size), "truncated"});
    check_cases(model, file, cuts);
}

TEST_CASE("catalogue: safetensors, surprising but legal", "[catalogue]") {
    model_folder const model;
    std::string const whole = model_file(file);
    std::size_t size = 0;
    for (std::size_t i = 8; i-- > 0;) size = size << 8U | static_cast<unsigned char>(whole[i]);
    std::string const header = whole.substr(8, size), data = whole.substr(8 + size);
    std::string const end = std::to_string(data.size()), after = std::to_string(data.size() + 4);
    // Both first in the header and last in the data.
    std::string const unordered =
        R"({"a_zero":{"data_offsets":[)" + end + "," + end + R"(],"dtype":"F32","shape":[3,0]},)" +
        R"("a_scalar":{"shape":[],"dtype":"F32","data_offsets":[)" + end + "," + after + "]}," + header.substr(1);
    check_cases(model, file,
                {{"misaligned data start", framed(header + std::string(size % 2 == 0 ? 1 : 2, ' '), data), ""},
                 {"zero-dim, scalar, unordered", framed(unordered, data + "\0\0\xc0\x7f"s), ""},
                 {"NaN, Inf and denormal values", framed(header, "\xc0\x7f\x80\xff\1\0"s + data.substr(6)), ""}});
}

TEST_CASE("catalogue: F3 the shard index", "[catalogue]") {
    constexpr auto index = "model.safetensors.index.json";
    model_folder const model({file});
    model.replace("a.safetensors", named("x"));
    model.replace("b.safetensors", named("y"));
    auto const map = [](std::string const& weights) { return R"({"weight_map":)" + weights + "}"; };
    check_cases(model, index,
                {{"empty", "", "the file is empty"},
                 {"weight_map missing", "{}", "weight_map: missing"},
                 {"weight_map not an object", map("[]"), "weight_map: expected an object"},
                 {"weight_map empty", map("{}"), "weight_map: lists no tensor"},
                 {"shard no text", map(R"({"x":1})"), "weight_map.x: expected a string"},
                 {"shard ../../x", map(R"({"x":"../../x"})"), "weight_map.x: expected a file name without a folder"},
                 {"shard absolute", map(R"({"x":"/etc/passwd"})"), "weight_map.x: expected a file name"},
                 {"shard with NUL", map(R"({"x":"a\u0000b"})"), "weight_map.x: expected a file name"},
                 {"shard ..", map(R"({"x":".."})"), "weight_map.x: expected a file name"},
                 {"tensor not in its shard", map(R"({"x":"a.safetensors","y":"a.safetensors"})"), "weight_map.y: "},
                 {"tensor not listed", map(R"({"x":"b.safetensors"})"), "weight_map.x: the tensor is not in"}});
    model.replace(index, map(R"({"x":"c.safetensors"})"));
    check_refusal(model.check(), "c.safetensors", {"missing shard", "", "No such file", 66});
    model.replace("b.safetensors", named("x"));
    model.replace(index, map(R"({"x":"a.safetensors","y":"b.safetensors"})"));
    check_refusal(model.check(), "b.safetensors", {"same tensor in two shards", "", "x: the same tensor as"});
}

TEST_CASE("catalogue: F4 weights rewritten in place while they are in use", "[catalogue]") {
    model_folder const model;
    auto const place = model.replace(file, model_file(file));
    fs::last_write_time(place, fs::last_write_time(place) - std::chrono::hours(1));   // ticks of its clock are coarse
    auto const opened = evaluation::llava_engine().open(model.path(), {"greedy"}, {});
    auto const ask = [&] {
        return support::thrown_by(
            [&] { opened->ask(0, {.image = {}, .prompt = "Is there a dog in the image?", .max_new_tokens = 1}); });
    };
    CHECK(ask().what == "");
    support::write_file(place, model_file(file));
    CHECK(ask().code == 74);
    CHECK_THAT(ask().what, Catch::StartsWith(std::string(file) + ": was written to"));
}

TEST_CASE("catalogue: F5 tensors that do not fit the configuration", "[catalogue]") {
    model_folder const model;
    std::string const whole = model_file(file);
    auto const edited = [&whole](std::string_view from, std::string_view to) {   // of the same length
        std::string out = whole;
        return out.replace(out.find(from), from.size(), to);
    };
    std::string const head = R"(lm_head.weight":{"dtype":"BF16","shape":[896,160])";
    check_cases(
        model, file,
        {{"required tensor missing", edited("lm_head.weight", "lm_haed.weight"), "lm_head.weight"},
         {"wrong shape", edited(head, R"(lm_head.weight":{"dtype":"BF16","shape":[160,896])"), "lm_head.weight"},
         {"I64 weights", edited(head, R"(lm_head.weight":{"dtype":"I64" ,"shape":[208,160])"), "lm_head.weight"},
         {"F64 weights", edited(head, R"(lm_head.weight":{"dtype":"F64" ,"shape":[208,160])"), "lm_head.weight"}});
}

// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <evaluation/score.hpp>

using namespace catalogue;   // NOLINT: helpers of the tests
using namespace std::string_literals;

namespace {

constexpr auto first = "{\"question_id\":7,\"image\":\"a.png\",\"text\":\"A?\",\"label\":\"yes\"}\n";

std::string line(std::string const& id, std::string const& image = "\"a.png\"", std::string const& text = "\"B?\"",
                 std::string const& label = "\"no\"") {
    return R"({"question_id":)" + id + R"(,"image":)" + image + R"(,"text":)" + text + R"(,"label":)" + label + "}";
}
std::string imaged(std::string const& name) { return line("2", "\"" + name + "\""); }
std::string worded(std::string const& text) { return line("2", "\"a.png\"", text); }
std::string labelled(std::string const& label) { return line("2", "\"a.png\"", "\"B?\"", label); }

// Each case as a question file beside these pictures.
struct setting {
    support::temporary_folder folder;
    setting() {
        fs::create_directory(folder / "images");
        support::write_file(folder / "images/a.png", support::one_pixel());
        support::write_file(folder / "secret.png", support::one_pixel());
        fs::create_symlink("../secret.png", folder / "images/evil.png");
        fs::create_symlink("/etc/passwd", folder / "images/passwd");
        fs::create_symlink("loop", folder / "images/loop");
        fs::create_symlink("absent", folder / "images/dangling");
        REQUIRE(::mkfifo((folder / "images/pipe").c_str(), 0600) == 0);
    }
    void check(std::vector<entry> const& cases, std::string const& task = "pope:", std::string const& name = "q.jsonl",
               std::string const& place = "") const {
        for (entry const& each : cases) {
            INFO(each.name);
            auto const file = support::write_file(folder / name, each.bytes);
            auto const found = checked({.model = "m", .tasks = {task + file.native()}, .images = folder / "images"},
                                       support::fake_engine());
            if (each.says.empty()) {
                CHECK(found.what == "");
            } else {
                check_refusal(found, name + place, each);
            }
        }
    }
    // The second of three lines, which the message counts.
    void check_second(std::vector<entry> cases) const {
        for (entry& each : cases) each.bytes = first + each.bytes + "\n" + line("3") + "\n";
        check(cases, "pope:", "q.jsonl", " line 2: ");
    }
};

}   // namespace

TEST_CASE("catalogue: questions, the file and its lines", "[catalogue]") {
    setting const s;
    s.check(
        {{"empty", "", "holds no questions"},
         {"blank", "\n", "line 1: is blank"},
         {"top-level array, as POPE publishes some", "[" + line("1") + "]", ""},
         {"top-level array without an object", "[1]", "[0]: expected an object, found 1"},
         {"top-level array cut", "[" + line("1"), "not valid JSON"},
         {"cut last line", first + line("2").substr(0, 30), "line 2: not valid JSON"},
         {"64 MiB line", std::string(std::size_t{64} << 20U, 'x'), "line 1: is longer than 1048576 bytes"},
         {"BOM", "\xEF\xBB\xBF"s + first, ""},
         {"CRLF", line("1") + "\r\n" + line("2") + "\r\n", ""},
         {"no final newline", line("1"), ""},
         {"unordered, with other keys", R"({"label":"no","text":"?","x":[{}],"image":"a.png","question_id":0})", ""}});
    s.check(foreign_files());
    s.check_second({{"bad line 2 of 3", "no JSON", "not valid JSON"},
                    {"blank line", " ", "is blank"},
                    {"bad UTF-8", worded("\"\xff\""), "not valid JSON"},
                    {"NaN", line("NaN"), "not valid JSON"},
                    {"two objects on a line", line("2") + line("3"), "not valid JSON"},
                    {"lone surrogate", worded(R"("\ud800")"), "not valid JSON"},
                    {"NUL byte", line("2") + '\0', "not valid JSON: a NUL byte"},
                    {"deep", worded(std::string(1000, '[')), "nested deeper than 64"},
                    {"duplicate key", line("2,\"text\":\"x\""), "key \"text\" is given twice"}});
}

TEST_CASE("catalogue: questions, their fields", "[catalogue]") {
    setting const s;
    std::vector<entry> cases = {
        {"missing question_id", R"({"image":"a.png","text":"?","label":"no"})", "question_id: missing"},
        {"missing image", R"({"question_id":2,"text":"?","label":"no"})", "image: missing"},
        {"missing text", R"({"question_id":2,"image":"a.png","label":"no"})", "text: missing"},
        {"missing label", R"({"question_id":2,"image":"a.png","text":"?"})", "label: missing"},
        {"duplicate id", line("7"), "question_id: 7 was already given in q.jsonl line 1"},
        {"id \"1\"", line("\"1\""), "question_id: expected an integer"},
        {"text null", worded("null"), "text: expected a string"},
        {"text 5", worded("5"), "text: expected a string"},
        {"text empty", worded("\"\""), "text: is empty"},
        {"text list", worded("[]"), "text: expected a string"},
        {"1 MB text", worded("\"" + std::string(1 << 20, 't') + "\""), "is longer than 1048576"},
        {"label maybe", labelled("\"maybe\""), "label: expected \"yes\" or \"no\""},
        {"label true", labelled("true"), "label: expected a string"},
        {"special tokens inside text", worded("\"</s> <image> <image>\""), ""}};
    for (char const* id : {"-1", "1.5", "9223372036854775808", "18446744073709551616", "null", "true", "[]", "{}"})
        cases.push_back({"id "s + id, line(id), "question_id: expected an integer"});
    s.check_second(cases);
}

TEST_CASE("catalogue: questions, their pictures (F6)", "[catalogue]") {
    setting const s;
    std::string const out = "leads out of the image folder";
    s.check_second({{"image ../", imaged("../secret.png"), out},
                    {"image absolute", imaged("/etc/hostname"), out},
                    {"image through a folder and back", imaged("a.png/../../secret.png"), "image: ", 66},
                    {"image a/../../", imaged("./../secret.png"), out},
                    {"image NUL", imaged("a\\u0000.png"), "image: holds a NUL byte"},
                    {"image empty", imaged(""), "image: is empty"},
                    {"image number", line("2", "5"), "image: expected a string"},
                    {"image .", imaged("."), "is not a regular file", 66},
                    {"image absent", imaged("b.png"), "\"b.png\" cannot be opened: No such file", 66},
                    {"image of 5000 characters", imaged(std::string(5000, 'x')), "image: a string of 5000 bytes"},
                    {"image UNC", imaged("\\\\\\\\host\\\\a.png"), "cannot be opened", 66},
                    {"image file://", imaged("file:///etc/passwd"), "cannot be opened", 66},
                    {"image http://", imaged("http://host/a.png"), "cannot be opened", 66},
                    {"image a link out of the folder", imaged("evil.png"), out},
                    {"image a link to /etc/passwd", imaged("passwd"), out},
                    {"image a link loop", imaged("loop"), "cannot be opened: Too many levels", 66},
                    {"image a dangling link", imaged("dangling"), "cannot be opened: No such file", 66},
                    {"image FIFO", imaged("pipe"), "is not a regular file", 66}});
}

TEST_CASE("catalogue: questions of the other benchmarks", "[catalogue]") {
    setting const s;
    for (auto const& [task, name] : std::vector<std::pair<std::string, std::string>>{
             {"vlind:", "data.json"}, {"hallusion:", "q.json"}, {"mmhal:", "q.json"}}) {
        INFO(task);
        s.check({{"empty", "", "the file is empty"},
                 {"cut", "[{", "not valid JSON"},
                 {"object", "{}", "expected an array"},
                 {"no questions", "[]", "holds no questions"},
                 {"number", "[5]", "[0]: expected an object"},
                 {"missing field", "[{}]", "missing"},
                 {"200,000 deep", std::string(200'000, '['), "nested deeper than 64"}},
                task, name);
        s.check(foreign_files(), task, name);
    }
    for (std::string const task : {"chair:", "llava-bench:"}) {
        INFO(task);
        s.check({{"empty", "", "holds no questions"},
                 {"cut", "{\"question_id\":", "line 1: not valid JSON"},
                 {"missing field", "{}", "line 1: "}},
                task);
    }
}

TEST_CASE("catalogue: answers", "[catalogue]") {
    setting const s;
    support::write_file(s.folder / "q.jsonl",
                        line("1") + "\n" + line("2") + "\n" + labelled("\"yes\"").replace(15, 1, "3"));
    auto const answer = [](std::string const& id, std::string const& text) {
        return "{\"question_id\":" + id + ",\"text\":" + text + "}\n";
    };
    std::string const no = "\"No\"", all = answer("1", no) + answer("2", no) + answer("3", no);
    std::vector<entry> const cases = {
        {"other order", answer("3", no) + answer("1", no) + answer("2", no), ""},
        {"all no: precision 0/0", all, ""},
        {"CRLF, no final newline", answer("1", no) + answer("2", no) + "{\"question_id\":3,\"text\":\"No\"}", ""},
        {"missing", answer("1", no) + answer("3", no), "question_id: 2 is missing"},
        {"extra", all + answer("4", no), "line 4: question_id: 4 is not in the question file"},
        {"duplicate", all + answer("1", no), "line 4: question_id: 1 was already given in a.jsonl line 1"},
        {"text null", answer("1", "null"), "line 1: text: expected a string"},
        {"id text", answer("\"1\"", no), "line 1: question_id: expected an integer"},
        {"cut", all.substr(0, all.size() - 10), "line 3: not valid JSON"},
        {"empty", "", "question_id: 1 is missing"}};
    for (entry const& each : cases) {
        INFO(each.name);
        evaluation::score_options options;
        options.benchmark = "pope";
        options.questions = s.folder / "q.jsonl";
        options.answers = support::write_file(s.folder / "a.jsonl", each.bytes);
        support::thrown found;
        auto const printed =
            support::captured(STDOUT_FILENO, [&] { found = support::thrown_by([&] { evaluation::score(options); }); });
        if (!each.says.empty()) {
            CHECK(printed.empty());
            check_refusal(found, "a.jsonl", each);
            continue;
        }
        CHECK(found.what == "");
        CHECK_THAT(printed, Catch::Contains("accuracy     66.67") && Catch::Contains("precision     0.00"));
        CHECK_THAT(printed, Catch::Contains("note: precision is 0/0, printed as 0"));
    }
}

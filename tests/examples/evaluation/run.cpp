// SPDX-License-Identifier: MIT
#include <evaluation/run.hpp>

#include <set>

#include <evaluation/file_lock.hpp>

#include "catch.hpp"
#include "run_setting.hpp"

using support::read_file;
using support::run_quietly;
using support::thrown_by;
using support::write_file;
using setting = support::run_setting;

namespace {

std::string first_lines(std::string const& text, int count) {
    std::size_t end = 0;
    for (; count > 0; --count) end = text.find('\n', end) + 1;
    return text.substr(0, end);
}

}   // namespace

TEST_CASE("run: answers every question by every method, and prints the table it stores", "[evaluation]") {
    setting const s;
    std::string printed;
    printed = support::captured(STDOUT_FILENO,
                                [&] { CHECK(evaluation::run(s.options("out"), support::fake_engine()) == 0); });
    auto const files = s.files("out");
    std::set<std::string> names;
    for (auto const& [name, text] : files) {
        names.insert(name);
        CHECK(std::count(text.begin(), text.end(), '\n') == (name.starts_with("random") ? 24 : 20));
    }
    CHECK(names.size() == 8);
    CHECK(names.contains("popular@fake+a=1.margins.jsonl"));
    CHECK_THAT(
        printed,
        Catch::StartsWith("pope on model; rule: words; baseline: greedy; seed: 3; questions: random 24, popular 20\n"));
    CHECK_THAT(printed, Catch::Contains("\nrandom   fake:a=1  ") && Catch::Contains("\npopular  greedy  "));
    CHECK_THAT(printed, Catch::Contains("  2.00    75  ") && Catch::Contains("  1.00     -  "));   // the fake's costs
    CHECK_THAT(read_file(s.folder / "out/table.md"), Catch::Contains("| random | fake:a=1 |"));
    CHECK_THAT(read_file(s.folder / "out/table.json"), Catch::Contains("\"method\": \"fake:a=1\""));
    CHECK(read_file(s.folder / "out/table.md").find("added") == std::string::npos);
}

TEST_CASE("run: threads, order of tasks and methods, and a limit do not change an answer", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("one")) == 0);
    auto const expected = s.files("one");
    auto options = s.options("many");
    options.threads = 5;
    std::swap(options.tasks[0], options.tasks[1]);
    REQUIRE(run_quietly(options) == 0);
    CHECK(s.files("many") == expected);
    options = s.options("limited");
    options.limit = 7;
    REQUIRE(run_quietly(options) == 0);
    auto const limited = s.files("limited");
    CHECK(limited.size() == expected.size());
    for (auto const& [name, text] : limited) CHECK(text == first_lines(expected.at(name), 7));
    options.limit = 1000;
    options.threads = 2;
    REQUIRE(run_quietly(options) == 0);   // a limited run goes on
    CHECK(s.files("limited") == expected);
}

TEST_CASE("run: greedy is added as the control", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    options.methods = {"fake"};
    REQUIRE(run_quietly(options) == 0);
    CHECK(s.files("out").contains("random@greedy.answers.jsonl"));
    CHECK_THAT(read_file(options.out / "table.md"), Catch::Contains("added to the run as controls: greedy"));
}

TEST_CASE("run: the engine's controls stand beside what was asked for, unless they are not wanted", "[evaluation]") {
    setting const s;
    auto engine = support::fake_engine();
    engine.controls = {"greedy", "fake:seed=1", "fake:seed=2"};
    auto options = s.options("out");
    options.methods = {"fake:seed=2", "fake:a=1"};
    REQUIRE(run_quietly(options, engine) == 0);
    auto const table = read_file(options.out / "table.md");
    CHECK_THAT(table, Catch::Contains("added to the run as controls: greedy, fake:seed=1"));
    CHECK_THAT(table, Catch::Contains("fake over 2 seeds, accuracy: "));
    options = s.options("alone");
    options.controls = false;
    REQUIRE(run_quietly(options, engine) == 0);
    CHECK_FALSE(s.files("alone").contains("random@fake+seed=1.answers.jsonl"));
}

TEST_CASE("run: how many methods answer how many questions is said, and which of them nobody asked for",
          "[evaluation]") {
    setting const s;
    auto engine = support::fake_engine();
    engine.controls = {"greedy", "fake:seed=1", "fake:seed=2"};
    auto const said = [&](std::string const& out, bool controls, std::vector<std::string> const& methods) {
        auto options = s.options(out);
        options.methods = methods;
        options.controls = controls;
        options.limit = 6;
        return support::captured(STDERR_FILENO, [&] { CHECK(run_quietly(options, engine) == 0); });
    };
    CHECK_THAT(said("all", true, {"fake:seed=2", "fake:a=1"}),
               Catch::Contains("\ncausalmm-eval: 4 methods (2 of them controls; --no-controls leaves out all but "
                               "greedy) x 12 questions\n"));   // of two splits
    CHECK_THAT(said("baseline", false, {"fake"}),
               Catch::Contains("\ncausalmm-eval: 2 methods (greedy, the baseline, is one of them) x 12 questions\n"));
    CHECK_THAT(said("one", false, {"greedy"}), Catch::Contains("\ncausalmm-eval: 1 method x 12 questions\n"));
    CHECK(said("one", false, {"greedy"}).find("questions") == std::string::npos);   // nothing is left to ask
}

TEST_CASE("run: R10 answers that it did not begin are left as they are, and nothing is put beside them",
          "[evaluation]") {
    setting const s;
    auto const options = s.options("out");
    std::filesystem::create_directories(options.out);
    write_file(options.out / "random@greedy.answers.jsonl", "somebody's\n");
    CHECK(thrown_by([&] { run_quietly(options); }).code == 73);
    CHECK(read_file(options.out / "random@greedy.answers.jsonl") == "somebody's\n");
    CHECK(std::distance(std::filesystem::directory_iterator(options.out), {}) == 1);
}

TEST_CASE("run: R12 R20 what the answers depend on must not change, and outputs are not touched then", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("out")) == 0);
    auto const before = s.files("out");
    auto const refused = [&](auto&& change) {
        auto options = s.options("out");
        change(options);
        auto const result = thrown_by([&] { run_quietly(options); });
        CHECK(s.files("out") == before);
        return result;
    };
    CHECK_THAT(refused([](auto& o) { o.seed = 4; }).what, Catch::Contains(": seed: was \"3\""));
    CHECK(refused([](auto& o) { o.seed = 4; }).code == 78);
    CHECK_THAT(refused([](auto& o) { o.prompt_suffix = "?"; }).what, Catch::Contains(": prompt_suffix: "));
    CHECK_THAT(refused([](auto& o) { o.max_new_tokens = 5; }).what, Catch::Contains(": max_new_tokens: "));
    CHECK_THAT(refused([](auto& o) { o.by.schedule = "batched"; }).what, Catch::Contains(": schedule: was \"lazy\""));
    CHECK_THAT(refused([](auto& o) { o.by.prefixes = "separate"; }).what,
               Catch::Contains(": prefixes: was \"shared\""));
    CHECK_THAT(refused([](auto& o) { o.model = "other"; }).what, Catch::Contains(": model_id: "));
    CHECK_THAT(refused([&](auto& o) { write_file(o.images / "scene_0.png", support::one_pixel() + "tail"); }).what,
               Catch::Contains(": images_sha256: "));
    write_file(s.folder / "images/scene_0.png", support::one_pixel());
    auto const text = read_file(s.folder / "random.jsonl");
    CHECK_THAT(refused([&](auto&) {
                   write_file(s.folder / "random.jsonl", text + text.substr(0, text.find('\n')).replace(16, 1, "99"));
               }).what,
               Catch::Contains(": questions_sha256: "));
    write_file(s.folder / "random.jsonl", text);
    auto options = s.options("out");
    options.seed = 4;
    options.answers = evaluation::job::existing::overwritten;
    REQUIRE(run_quietly(options) == 0);
    CHECK(s.files("out") != before);
    CHECK(s.files("out").size() == before.size());
}

TEST_CASE("run: R11 what is in use is neither overwritten nor repaired, and can be shared", "[evaluation]") {
    setting const s;
    REQUIRE(run_quietly(s.options("out")) == 0);
    auto const before = s.files("out");
    evaluation::file_lock const held(s.folder / "out/run.lock", evaluation::sharing::shared);
    for (auto const answers : {evaluation::job::existing::overwritten, evaluation::job::existing::repaired}) {
        auto options = s.options("out");
        options.answers = answers;
        CHECK(thrown_by([&] { run_quietly(options); }).code == 75);
    }
    CHECK(run_quietly(s.options("out")) == 0);
    CHECK(s.files("out") == before);
}

TEST_CASE("run: bad input is refused before the model is opened", "[evaluation]") {
    setting const s;
    auto engine = support::fake_engine();
    engine.open = [](auto const&, auto const&, auto const&) -> std::unique_ptr<evaluation::answerer> {
        throw std::logic_error("opened");
    };
    auto const refused = [&](auto&& change) {
        auto options = s.options("new");
        change(options);
        return thrown_by([&] { run_quietly(options, engine); });
    };
    CHECK(refused([](auto& o) { o.methods.push_back("unknown"); }).code == 64);
    CHECK(refused([](auto& o) { o.methods.push_back("fake:layers=absent"); }).code == 64);
    CHECK(refused([](auto& o) { o.by.schedule = "unknown"; }).code == 64);
    CHECK(refused([](auto& o) { o.methods.push_back("greedy"); }).code == 64);
    CHECK(refused([](auto& o) { o.tasks.push_back(o.tasks[0]); }).code == 64);
    CHECK(refused([](auto& o) { o.tasks = {"pope:absent"}; }).code == 66);
    CHECK(refused([](auto& o) { o.images = "absent"; }).code == 66);
    CHECK(refused([&](auto& o) { o.out = s.folder / "random.jsonl"; }).code == 73);
    CHECK(refused([&](auto& o) { o.out = s.folder / "random.jsonl/new"; }).code == 73);
    CHECK(refused([&](auto& o) { o.out = "/dev/full"; }).code == 73);
    CHECK(refused([&](auto& o) { o.out = s.folder / std::string(5000, 'x'); }).code == 73);
    CHECK_FALSE(std::filesystem::exists(s.folder / "new"));
    std::filesystem::remove(s.folder / "images/scene_5.png");
    CHECK(refused([](auto&) {}).what ==
          "random.jsonl line 21: image: \"scene_5.png\" cannot be opened: No such file or directory");
    write_file(s.folder / "images/scene_5.png", "text");
    CHECK(refused([](auto&) {}).code == 65);
    CHECK_FALSE(std::filesystem::exists(s.folder / "new"));
}

TEST_CASE("run: what the command line is wrong with is told before the model is read, which is announced",
          "[evaluation]") {
    setting const s;
    auto engine = support::fake_engine();
    engine.identity = [](auto const&) -> evaluation::engine::pairs { throw std::logic_error("read"); };
    auto const refused = [&](auto&& change) {
        auto options = s.options("new");
        change(options);
        support::thrown result;
        auto const said =
            support::captured(STDERR_FILENO, [&] { result = thrown_by([&] { run_quietly(options, engine); }); });
        CHECK(said.empty());
        return result.code;
    };
    CHECK(refused([](auto& o) { o.by.schedule = "unknown"; }) == 64);
    CHECK(refused([](auto& o) { o.format = "unknown"; }) == 64);
    CHECK(refused([](auto& o) { o.images.clear(); }) == 64);
    CHECK(refused([](auto& o) { o.images = "absent"; }) == 66);
    CHECK(refused([](auto& o) { o.methods.push_back("fake:layers=absent"); }) == 64);
    CHECK(refused([&](auto& o) { o.out = s.folder / "random.jsonl"; }) == 73);
    auto const said = support::captured(
        STDERR_FILENO, [&] { CHECK_THROWS_AS(run_quietly(s.options("new"), engine), std::logic_error); });
    CHECK(said == "causalmm-eval: reading the model " + (s.folder / "model").native() + " and the pictures\n");
}

TEST_CASE("run: a model that cannot be opened leaves every output as it was", "[evaluation]") {
    setting const s;
    auto options = s.options("out");
    options.limit = 3;
    REQUIRE(run_quietly(options) == 0);
    auto const before = s.files("out");
    auto engine = support::fake_engine();
    engine.open = [](auto const&, auto const&, auto const&) -> std::unique_ptr<evaluation::answerer> {
        throw llava::io::error(llava::io::exit_code::bad_data, "model.safetensors", "", "is truncated");
    };
    options.limit = 5;
    options.methods.push_back("fake:new");
    CHECK(thrown_by([&] { run_quietly(options, engine); }).code == 65);
    CHECK(s.files("out") == before);
    options.answers = evaluation::job::existing::overwritten;
    CHECK(thrown_by([&] { run_quietly(options, engine); }).code == 65);
    CHECK(s.files("out") == before);
    CHECK(thrown_by([&] { run_quietly(s.options("new/folder"), engine); }).code == 65);
    CHECK_FALSE(std::filesystem::exists(s.folder / "new"));
}

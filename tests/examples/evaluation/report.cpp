// SPDX-License-Identifier: MIT
#include <evaluation/report.hpp>

#include "catch.hpp"
#include "report/content_setting.hpp"
#include "run_setting.hpp"

using evaluation::report_options;
using support::count;
using support::read_file;
using setting = support::run_setting;

namespace {

std::string report_of(report_options const& options, evaluation::engine const& engine = support::fake_engine()) {
    support::captured(STDOUT_FILENO, [&] { CHECK(evaluation::write_report(options, engine) == 0); });
    return read_file(options.out.empty() ? options.folder / "report.html" : options.out);
}

report_options of_folder(std::filesystem::path const& folder) {
    report_options options;
    options.folder = folder;
    options.samples = 5;
    return options;
}

}   // namespace

TEST_CASE("report: of a run's folder alone, pictures and all", "[evaluation]") {
    setting const s;
    auto const run = s.options("out");
    REQUIRE(support::run_quietly(run) == 0);
    auto const page = report_of(of_folder(run.out));
    CHECK(support::breach_of_xml(page) == "");
    CHECK_THAT(page,
               Catch::Contains("random</strong> 24 questions") && Catch::Contains("popular</strong> 20 questions"));
    CHECK(count(page, "<article") == 5);
    CHECK(count(page, "data:image/png;base64,") == 5);
    CHECK_THAT(page, Catch::Contains("fake:a=1") && Catch::Contains("baseline: greedy; seed: 3"));
}

TEST_CASE("report: pictures that were moved are missed aloud, and found where they are said to be", "[evaluation]") {
    setting const s;
    auto const run = s.options("out");
    REQUIRE(support::run_quietly(run) == 0);
    auto const said = [&](report_options const& options, std::size_t pictures) {
        return support::captured(STDERR_FILENO,
                                 [&] { CHECK(count(report_of(options), "data:image/png;base64,") == pictures); });
    };
    auto options = of_folder(run.out);
    std::filesystem::rename(s.folder / "images", s.folder / "moved");
    CHECK(said(options, 0) == "causalmm-eval: note: there is no folder " + (s.folder / "images").native() +
                                  ": samples come without pictures; --images says where they are\n");
    options.images = s.folder / "moved";
    CHECK(said(options, 5) == "");
    options.images = s.folder / "absent";
    CHECK_THAT(said(options, 0), Catch::Contains("/absent: samples come without"));
}

TEST_CASE("report: a picture that is gone is said once and shown as missing, the others are shown", "[evaluation]") {
    setting const s;
    auto const run = s.options("out");
    REQUIRE(support::run_quietly(run) == 0);
    std::filesystem::remove(s.folder / "images/scene_0.png");   // of questions 1 to 4, in both splits
    auto options = of_folder(run.out);
    options.samples = 100;
    std::string page;
    auto const said = support::captured(STDERR_FILENO, [&] { page = report_of(options); });
    CHECK_THAT(said,
               Catch::Matches("causalmm-eval: warning: [a-z]+\\.jsonl line [1-4]: image: \"scene_0\\.png\" cannot be "
                              "opened: No such file or directory; the report goes without it\n"));
    auto const missing = count(page, ">picture missing<");
    CHECK(missing > 0);
    CHECK(missing + count(page, "data:image/png;base64,") == count(page, "<article"));

    std::filesystem::create_symlink("/etc/passwd", s.folder / "images/scene_0.png");
    auto const refused = support::thrown_by([&] { evaluation::write_report(options, support::fake_engine()); });
    CHECK(refused.code == 65);   // not missing: somebody put it there
}

TEST_CASE("report: MME's folder, once moved, is named as a task, its pictures with it", "[evaluation]") {
    setting const s;
    std::filesystem::create_directories(s.folder / "MME/count");
    support::write_file(s.folder / "MME/count/a.png", support::one_pixel());
    support::write_file(s.folder / "MME/count/a.txt", "Is it grey?\tYes\nIs it blue?\tNo\n");
    auto run = s.options("out");
    run.tasks = {"mme:" + (s.folder / "MME/").native()};
    run.images.clear();
    REQUIRE(support::run_quietly(run) == 0);
    std::filesystem::create_directory(s.folder / "elsewhere");
    std::filesystem::rename(s.folder / "MME", s.folder / "elsewhere/MME");
    auto const refused = [&](report_options const& options) {
        return support::thrown_by([&] { evaluation::write_report(options, support::fake_engine()); });
    };
    auto options = of_folder(run.out);
    options.images = s.folder / "elsewhere/MME";
    CHECK(refused(options).code == 66);
    CHECK_THAT(refused(options).what, Catch::StartsWith("MME@fake+a=1.run.json: questions: ") &&
                                          Catch::EndsWith("report and merge take --task \"mme:FOLDER/MME\""));
    options.tasks = {"mme:" + (s.folder / "elsewhere/MME").native()};
    CHECK(refused(options).code == 64);
    CHECK(refused(options).what ==
          "--images: has no use: the pictures of \"mme\" lie beside its questions, and --task "
          "\"mme:FOLDER\" names both");
    options.images.clear();
    CHECK(count(report_of(options), "data:image/png;base64,") > 0);
    options.tasks[0] += '/';
    CHECK(count(report_of(options), "data:image/png;base64,") > 0);
    options.tasks.push_back("pope:random.jsonl");
    CHECK(refused(options).what == "--task: \"pope:random.jsonl\" has the name of no split of this run");
}

TEST_CASE("report: a header whose seed is no number is bad data", "[evaluation]") {
    setting const s;
    auto const run = s.options("out");
    REQUIRE(support::run_quietly(run) == 0);
    for (auto const& each : std::filesystem::directory_iterator(run.out)) {
        if (!each.path().native().ends_with(".run.json")) continue;
        auto text = read_file(each.path());
        auto const at = text.find("\"seed\": \"3\"");
        REQUIRE(at != std::string::npos);
        support::write_file(each.path(), text.replace(at, 11, "\"seed\": \"x\""));
    }
    auto engine = support::fake_engine();
    engine.attention = [](std::filesystem::path const&) -> evaluation::engine::look {
        return [](evaluation::request const&, std::string const&) { return std::nullopt; };
    };
    auto options = of_folder(run.out);
    options.model = "model";
    auto const refused = support::thrown_by([&] { evaluation::write_report(options, engine); });
    CHECK(refused.code == 65);
    CHECK(refused.what == "popular@fake+a=1.run.json: seed: expected an integer, found \"x\"");
}

TEST_CASE("report: attention maps by the run's own prompts, seed and pictures", "[evaluation]") {
    setting const s;
    auto run = s.options("out");
    run.prompt_suffix = " Answer.";
    REQUIRE(support::run_quietly(run) == 0);
    auto engine = support::fake_engine();
    engine.attention = [](std::filesystem::path const& model) -> evaluation::engine::look {
        CHECK(model == "model");
        return [](evaluation::request const& asked,
                  std::string const& method) -> std::optional<evaluation::attention_pair> {
            CHECK(method == "fake:a=1");
            CHECK(asked.prompt.ends_with("in the image? Answer."));
            CHECK(asked.seed == 3);
            CHECK(std::filesystem::exists(asked.image));
            evaluation::attention_map const map{.rows = 1, .columns = 1, .values = {1}};
            return evaluation::attention_pair{.factual = map, .counterfactual = map};
        };
    };
    auto options = of_folder(run.out);
    options.samples = 2;
    options.model = "model";
    options.out = s.folder / "elsewhere.html";
    CHECK(count(report_of(options, engine), "class=\"heat\"") == 4);
}

TEST_CASE("report: of a run that goes on, what every method has answered", "[evaluation]") {
    setting const s;
    auto run = s.options("out");
    run.limit = 7;
    REQUIRE(support::run_quietly(run) == 0);
    run.limit = 11;
    run.methods = {"greedy"};
    REQUIRE(support::run_quietly(run) == 0);
    CHECK_THAT(report_of(of_folder(run.out)), Catch::Contains("random</strong> 7 questions"));
}

TEST_CASE("report: of a run that was interrupted, the methods that have answers, and a note of the others",
          "[evaluation]") {
    setting const s;
    auto run = s.options("out");
    run.methods.push_back("fake:b=2");
    REQUIRE(support::run_quietly(run) == 0);
    auto const forget = [&](std::string const& job) { std::filesystem::remove_all(run.out / (job + ".shards")); };
    std::string page;
    auto const said = [&] { return support::captured(STDERR_FILENO, [&] { page = report_of(of_folder(run.out)); }); };
    CHECK(said().empty());

    forget("popular@fake+a=1");   // the second split is in work
    forget("popular@fake+b=2");
    CHECK(said() == "causalmm-eval: note: popular is left out: fake:a=1 has answered nothing of it yet\n");
    CHECK_THAT(page, Catch::Contains("random</strong> 24 questions") && Catch::Contains("fake:b=2"));
    CHECK_THAT(page, !Catch::Contains("popular</strong>") && Catch::Contains("popular is left out"));

    forget("random@fake+b=2");   // the first is
    CHECK_THAT(said(), Catch::StartsWith("causalmm-eval: note: fake:b=2 is left out: it has answered nothing yet\n"));
    CHECK_THAT(page, Catch::Contains("random</strong> 24 questions") && Catch::Contains("fake:a=1"));

    forget("random@greedy");
    forget("random@fake+a=1");   // popular was answered by greedy alone
    CHECK_THAT(said(), Catch::Contains("note: random is left out: greedy has answered nothing of it yet\n"));
    CHECK_THAT(page, Catch::Contains("popular</strong> 20 questions"));

    forget("popular@greedy");
    auto const refused =
        support::thrown_by([&] { evaluation::write_report(of_folder(run.out), support::fake_engine()); });
    CHECK(refused.code == 65);
    CHECK(refused.what == "out: greedy has answered nothing yet; the command that began the run continues it");
}

TEST_CASE("report: a folder without a run, or without the baseline", "[evaluation]") {
    setting const s;
    auto const refused = [&](std::filesystem::path const& folder) {
        return support::thrown_by([&] { evaluation::write_report(of_folder(folder), support::fake_engine()); });
    };
    CHECK(refused(s.folder / "absent").code == 66);
    CHECK(refused(s.folder / "images").code == 66);
    auto const run = s.options("out");
    REQUIRE(support::run_quietly(run) == 0);
    std::filesystem::remove(run.out / "popular@greedy.run.json");
    CHECK_THAT(refused(run.out).what, Catch::Contains("not every split was answered by greedy"));
}

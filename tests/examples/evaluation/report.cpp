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

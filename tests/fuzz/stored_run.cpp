// SPDX-License-Identifier: MIT
// A folder that a run left: questions, header and answers of the baseline, header and answers of a method. In a header HASH stands for
// the hash of the questions. Nothing outside that folder can be named.
#include <evaluation/stored_run.hpp>

#include <algorithm>

#include <evaluation/compare_runs.hpp>
#include <evaluation/report.hpp>
#include <evaluation/store.hpp>

#include "examples/evaluation/report/content_setting.hpp"
#include "fuzz.hpp"
#include "output.hpp"

namespace {

using fuzz::require;
using enum fuzz::exit_code;

constexpr char const* jobs[] = {"q@greedy", "q@fake"};

struct setting {
    fuzz::folder folder;
    int before = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    setting() {
        std::filesystem::create_directories(folder.path() / "images");
        folder.write("images/a.png", support::one_pixel());
        for (std::string const job : jobs)
            std::filesystem::create_directories(folder.path() / "out" / (job + ".shards"));
    }
    setting(setting const&) = delete;
    setting& operator=(setting const&) = delete;
    ~setting() { ::close(before); }
};

// A path in a header is relative to the current folder.
class inside {
  public:
    explicit inside(setting const& here) : before_(here.before) {
        require(::chdir(here.folder.path().c_str()) == 0, "chdir");
    }
    inside(inside const&) = delete;
    inside& operator=(inside const&) = delete;
    ~inside() {
        if (::fchdir(before_) != 0) static_cast<void>(::chdir("/"));
    }

  private:
    int before_;
};

std::string hash_of_questions() {
    std::string hash;
    fuzz::accepts([&] { hash = evaluation::read_task("pope:q.jsonl", "images", {}).hash; });
    return hash;
}

std::string with_hash(std::string_view header, std::string const& hash) {
    std::string text(header);
    auto const at = text.find("HASH");
    return at == std::string::npos ? text : text.replace(at, 4, hash);
}

void check_run() {
    for (auto const& each : evaluation::read_run("out")) {
        require(each.header.at("questions_sha256") == each.split.hash, "a run was asked these questions");
        require(each.answers.settled() <= each.split.questions.size(), "no more answers than questions");
        require(std::count(std::begin(jobs), std::end(jobs), each.name) == 1, "a job is named after its header");
    }
}

std::size_t commas_outside_quotes(std::string_view line) {
    std::size_t count = 0;
    bool quoted = false;
    for (char const c : line) {
        quoted = quoted != (c == '"');
        count += c == ',' && !quoted ? 1 : 0;
    }
    return count;
}

// RFC 4180: every line has as many fields as the first.
void check_table(std::string_view csv) {
    auto const first = csv.substr(0, csv.find('\n'));
    while (!csv.empty()) {
        auto const end = csv.find('\n');
        require(end != std::string_view::npos, "lines are ended");
        require(commas_outside_quotes(csv.substr(0, end)) == commas_outside_quotes(first), "a field for each column");
        csv.remove_prefix(end + 1);
    }
}

void run(std::string_view bytes) {
    static setting const here;
    if (bytes.find('/') != std::string_view::npos || bytes.find("..") != std::string_view::npos) return;
    auto const files = fuzz::parts(bytes, 5);
    inside const folder(here);
    here.folder.write("q.jsonl", files[0]);
    auto const hash = hash_of_questions();
    for (std::size_t k = 0; k < 2; ++k) {
        std::string const job = std::string("out/") + jobs[k];
        here.folder.write(job + ".run.json", with_hash(files[1 + 2 * k], hash));
        here.folder.write(job + ".shards/a.jsonl", files[2 + 2 * k]);
    }
    fuzz::output const printed;
    bool const good = fuzz::accepts(check_run, {usage, bad_data, no_input, config});
    bool const compared = fuzz::accepts([] { evaluation::compare_runs({.folders = {"out"}, .format = "csv"}); },
                                        {usage, bad_data, no_input, config});
    require(good || !compared, "only a run that can be read is compared");
    check_table(printed.text());
    evaluation::report_options options;
    options.folder = "out";
    bool const shown = fuzz::accepts([&] { evaluation::write_report(options, support::fake_engine()); },
                                     {usage, bad_data, no_input, config});
    require(good || !shown, "or shown");
    if (shown)
        require(support::breach_of_xml(support::read_file("out/report.html")).empty(), "on a page that is whole");
    std::filesystem::remove("out/report.html");
}

std::string header(std::string const& method) {
    return R"({"format":"2","benchmark":"pope","questions_sha256":"HASH","model_id":"m","method":")" + method +
           R"(","seed":"3","prompt_suffix":"","questions":"q.jsonl","images":"images","prompt_preset":"official",)"
           R"("style":""})";
}

std::vector<std::string> seeds() {
    std::string const asked = R"({"question_id":1,"image":"a.png","text":"A <dog>?","label":"yes"})"
                              "\n"
                              R"({"question_id":2,"image":"a.png","text":"A cat & \"co\"?","label":"no"})";
    auto const answer = [](int id, std::string const& text, std::string const& margin) {
        return "{\"question_id\":" + std::to_string(id) + ",\"text\":\"" + text + "\",\"margin\":" + margin +
               ",\"seconds\":0.5,\"needed\":1,\"skipped\":0}\n";
    };
    return {fuzz::joined({asked, header("greedy"), answer(1, "Yes", "1.5") + answer(2, "Yes, \\u003cb>", "0.5"),
                          header("fake:a=1"), answer(2, "No", "null") + answer(1, "Yes", "-2")}),
            fuzz::joined({asked, header("greedy"), answer(1, "No", "0"), header("fake"),
                          "{\"question_id\":1,\"error\":\"no picture\"}\n"})};
}

fuzz::target const here("stored_run", run, seeds);

}   // namespace

// SPDX-License-Identifier: MIT
// The words of a command, one a line, in a folder with questions. Nothing outside that folder can be named.
#include <evaluation/command_line.hpp>

#include <fcntl.h>
#include <unistd.h>

#include "examples/evaluation/support.hpp"
#include "fuzz.hpp"
#include "output.hpp"

namespace {

using fuzz::require;

struct setting {
    fuzz::folder folder;
    std::string questions;
    int before = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    setting() { questions = support::read_file(support::write_pope(folder.path(), "q.jsonl", 2)); }
    setting(setting const&) = delete;
    setting& operator=(setting const&) = delete;
    ~setting() { ::close(before); }

    void clear() const {
        for (auto const& each : std::filesystem::directory_iterator(folder.path())) {
            if (each.path().filename() != "q.jsonl" && each.path().filename() != "images")
                std::filesystem::remove_all(each.path());
        }
    }
};

std::vector<std::string> lines(std::string_view text) {
    std::vector<std::string> out{"causalmm-eval"};
    while (!text.empty()) {
        auto const end = text.find('\n');
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

void run(std::string_view bytes) {
    static setting const here;
    if (bytes.find('/') != std::string_view::npos || bytes.find("..") != std::string_view::npos ||
        bytes.find('\0') != std::string_view::npos)
        return;
    auto words = lines(bytes);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    using enum llava::io::exit_code;
    require(::chdir(here.folder.path().c_str()) == 0, "chdir");
    fuzz::output const printed;
    bool const good = fuzz::accepts(
        [&] { evaluation::command_line(static_cast<int>(argv.size()), argv.data(), support::fake_engine()); },
        {usage, bad_data, no_input, cannot_create, io_error, locked, config});
    require(::fchdir(here.before) == 0 || ::chdir("/") == 0, "chdir back");
    require(good || printed.empty(), "a refused command prints nothing");
    require(support::read_file(here.folder.path() / "q.jsonl") == here.questions, "the questions are as they were");
    here.clear();
}

std::vector<std::string> seeds() {
    std::string const task = "\n--task\npope:q.jsonl\n--images\nimages";
    return {"run\n--model\nm" + task + "\n--method\ngreedy\n--out\nout\n--seed\n7\n--threads\n1\n--limit\n2",
            "run\n--model=m" + task + "\n--method=fake:b=1\n--out=out\n--no-controls\n--sweep\nb=1,2\n--format=json",
            "check\n--model\nm" + task + "\n--prompt-preset\nllava",
            "score\n--task\npope\n--questions\nq.jsonl\n--answers\nq.jsonl\n--rule\nvcd",
            "merge\nout\n--limit\n1",
            "compare\nout\n--format\ncsv",
            "report\nout\n--samples\n3\n--out\nr.html",
            "judge\n--form\nmmhal\n--questions\nq.jsonl\n--answers\na\n--out\nrequests.jsonl",
            "--help",
            "--version"};
}

fuzz::target const here("command_line", run, seeds);

}   // namespace

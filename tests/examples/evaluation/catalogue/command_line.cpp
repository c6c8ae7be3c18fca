// SPDX-License-Identifier: MIT
#include <evaluation/command_line.hpp>

#include <fstream>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "catalogue.hpp"

using namespace catalogue;   // NOLINT: helpers of the tests

namespace {

// The words of a run of the embedded model, and what becomes of them.
struct setting {
    support::temporary_folder folder;
    setting() { support::write_pope(folder.path(), "q.jsonl", 4); }

    support::thrown call(std::vector<std::string> words, evaluation::engine const& engine) const {
        words.insert(words.begin(), "causalmm-eval");
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        support::thrown found;
        auto const printed = support::captured(STDOUT_FILENO, [&] {
            found = support::thrown_by(
                [&] { evaluation::command_line(static_cast<int>(argv.size()), argv.data(), engine); });
        });
        CHECK(printed.empty() == (found.code != 0));
        CHECK(found.what.size() <= 400);
        return found;
    }
    support::thrown run(std::string const& out, std::vector<std::string> const& more,
                        evaluation::engine const& engine = evaluation::llava_engine()) const {
        std::vector<std::string> words = {
            "run",      "--model",         tiny / "model", "--task", "pope:" + (folder / "q.jsonl").native(),
            "--images", folder / "images", "--out",        out};
        words.insert(words.end(), more.begin(), more.end());
        return call(words, engine);
    }
    // A method is refused as a usage error that names the key and what it may be, before anything is written.
    void refuse(std::string const& id, std::string const& method, std::string const& says, int code = 64) const {
        INFO(id << " " << method);
        auto const found = run(folder / "out", {"--method", method});
        CHECK(found.code == code);
        CHECK_THAT(found.what, Catch::Contains(says));
        std::error_code absent;   // a lock is taken before the model is read
        for (auto const& each : fs::directory_iterator(folder / "out", absent))
            CHECK(each.path().filename() == "run.lock");
    }
};

std::string const edit = "causalmm:language=reversed,";

// The name of a socket stays when its descriptor is closed.
bool make_socket(fs::path const& place) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place.native().copy(address.sun_path, sizeof address.sun_path - 1);
    int const descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    bool const made = ::bind(descriptor, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return made;
}

// Whether the call succeeds for one who may not read everything; root calls it in a child that is nobody.
bool true_for_nobody(std::function<bool()> const& call) {
    if (::geteuid() != 0) return call();
    auto const child = ::fork();
    if (child == 0) ::_exit(::setuid(65534) == 0 && call() ? 0 : 1);
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}   // namespace

TEST_CASE("catalogue: A2 A3 A5 numbers of a method", "[catalogue]") {
    setting const s;
    for (std::string const text : {"nan", "inf", "-1", "1e39", "1.0x", "0,5", "", "0x1p3", " 1", "+1"})
        s.refuse("A2", edit + "gamma=" + text, text == "0,5" ? "unknown key \"5\"" : "gamma is \"" + text + "\", not");
    for (std::string const text : {"-0.1", "1.5", "nan"})
        s.refuse("A3", edit + "epsilon=" + text, "epsilon is \"" + text + "\", not a number in [0, 1]");
    s.refuse("A5", "sample:temperature=-1", "temperature is \"-1\", not");
    s.refuse("A5", "sample:temperature=nan", "temperature is \"nan\", not");
    s.refuse("A5", "sample:top_k=-1", "top_k is \"-1\", not");
    s.refuse("A5", "sample:top_p=1.1", "top_p is \"1.1\", not");
    for (std::string const text : {"0", "1"}) {
        INFO("A3 epsilon " << text);
        CHECK(s.run(s.folder / ("out" + text),
                    {"--method", edit + "epsilon=" + text, "--limit", "1", "--no-controls", "--max-new-tokens", "1"})
                  .what == "");
    }
}

TEST_CASE("catalogue: A6 A7 layers and names of a method", "[catalogue]") {
    setting const s;
    for (std::string const text : {"3-1", "a", "a-b", "-1", "1-", ""})
        s.refuse("A6", edit + "language_layers=" + text, "language_layers is \"" + text + "\", not a range a-b");
    s.refuse("A6", edit + "language_layers=1,,2", "unknown key");
    s.refuse("A6", edit + "language_layers=1,1", "unknown key");
    s.refuse("A6", edit + "language_layers=40", "layers", 64);   // of 4
    s.refuse("A6", edit + "language_heads=0-5", "heads", 64);    // of 5
    s.refuse("A7", "bogus", "greedy, sample, plausible, causalmm, released, vcd");
    s.refuse("A7", "causalmm:language=bogus", "reversed");
    s.refuse("A7", "released:gate=bogus", "random, uniform, reversed or shuffle");
}

TEST_CASE("catalogue: A8 outputs that cannot be, and inputs that stay as they are", "[catalogue]") {
    setting const s;
    auto const questions = support::read_file(s.folder / "q.jsonl");
    auto const picture = support::read_file(s.folder / "images/scene_0.png");
    std::vector<std::string> const method = {"--method", "greedy"};
    auto const fake = support::fake_engine();
    for (std::string const& out :
         {(s.folder / "q.jsonl").native(), std::string("/dev/full"), (s.folder / "q.jsonl/out").native(),
          (s.folder / std::string(5000, 'x')).native(), std::string("/proc/out"), std::string()}) {
        INFO("A8 " << out.substr(0, 60));
        CHECK(s.run(out, method, fake).code == 73);
    }
    CHECK(support::read_file(s.folder / "q.jsonl") == questions);
    {
        INFO("A8 in a missing folder, and with a name that is not UTF-8");
        CHECK(s.run(s.folder / "missing/o\xff", method, fake).what == "");
        CHECK(fs::exists(s.folder / "missing/o\xff/q@greedy.answers.jsonl"));
    }
    {
        INFO("A8 the image folder");
        CHECK(s.run(s.folder / "images", method, fake).what == "");
        CHECK(support::read_file(s.folder / "images/scene_0.png") == picture);
    }
    {
        INFO("question file with a name that is not UTF-8");
        auto const file = support::write_file(s.folder / "q\xff.jsonl", questions);
        CHECK(
            s.call({"check", "--model", "m", "--task", "pope:" + file.native(), "--images", s.folder / "images"}, fake)
                .what == "");
    }
}

TEST_CASE("catalogue: A9 another run is not continued", "[catalogue]") {
    setting const s;
    auto const fake = support::fake_engine();
    std::vector<std::string> const method = {"--method", "greedy", "--seed", "1"};
    REQUIRE(s.run(s.folder / "out", method, fake).what == "");
    auto const before = support::read_file(s.folder / "out/q@greedy.answers.jsonl");
    auto const refused = [&](std::string const& key, auto const& found) {
        INFO("A9 " << key);
        CHECK(found.code == 78);
        CHECK_THAT(found.what, Catch::Contains(key + ": was "));
        CHECK(support::read_file(s.folder / "out/q@greedy.answers.jsonl") == before);
    };
    refused("seed", s.run(s.folder / "out", {"--method", "greedy", "--seed", "2"}, fake));
    auto other = fake;
    other.identity = [](fs::path const&) {
        return evaluation::engine::pairs{{"model_id", "model"}, {"weights_sha256", "x"}};
    };
    refused("weights_sha256", s.run(s.folder / "out", method, other));
    support::write_pope(s.folder.path(), "q.jsonl", 8);
    refused("questions_sha256", s.run(s.folder / "out", method, fake));
}

TEST_CASE("catalogue: F1 F2 a model or task that is no readable file", "[catalogue]") {
    model_folder const model;
    auto const refused = [&](std::string const& id, std::string_view file) {
        INFO(id << " " << file);
        auto const found = model.check();
        CHECK(found.code == 66);
        CHECK_THAT(found.what, Catch::StartsWith(std::string(file) + ": "));
        return found.what;
    };
    for (char const* file : {"config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"}) {
        auto const place = model.path() / file;
        auto const link = [&](char const* to) {
            fs::remove(place);
            fs::create_symlink(to, place);
        };
        fs::remove(place);
        CHECK_THAT(refused("F2 absent", file), Catch::Contains("No such file"));
        fs::create_directory(place);
        CHECK_THAT(refused("F1 directory", file), Catch::Contains("not a regular file"));
        fs::remove(place);
        REQUIRE(::mkfifo(place.c_str(), 0600) == 0);
        CHECK_THAT(refused("F1 FIFO", file), Catch::Contains("not a regular file"));
        fs::remove(place);
        REQUIRE(make_socket(place));
        CHECK_THAT(refused("F1 socket", file), Catch::Contains("not a regular file"));
        link("/dev/zero");
        CHECK_THAT(refused("F1 /dev/zero", file), Catch::Contains("not a regular file"));
        link("absent");
        CHECK_THAT(refused("F2 dangling link", file), Catch::Contains("No such file"));
        link(file);
        CHECK_THAT(refused("F2 link loop", file), Catch::Contains("Too many levels"));
        fs::remove(place);
        fs::create_symlink(tiny / "model" / file, place);
    }
    CHECK(model.check().what == "");
    model.replace("config.json", "");
    fs::permissions(model.path(), static_cast<fs::perms>(0755));
    CHECK(true_for_nobody([&] { return std::ifstream(model.path() / "config.json").good(); }));
    fs::permissions(model.path() / "config.json", fs::perms::none);
    CHECK(true_for_nobody([&] {
        auto const found = model.check();
        return found.code == 66 && found.what == "config.json: cannot be opened: Permission denied";
    }));
    auto const whole = checked({.model = "/dev/zero", .tasks = {}, .images = {}}, evaluation::llava_engine());
    CHECK(whole.code == 66);
    auto const proc = checked({.model = "m", .tasks = {"pope:/proc/self/mem"}, .images = "/"}, support::fake_engine());
    CHECK(proc.code != 0);
    CHECK_THAT(proc.what, Catch::StartsWith("mem"));
}

// SPDX-License-Identifier: MIT
#include <intervene/command_line.hpp>

#include <string>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

using intervene::job;
using support::failure;
using support::names;

namespace {

std::optional<job> parse(std::vector<std::string> const& words) {
    std::vector<char const*> argv{"causalmm-intervene"};
    for (std::string const& word : words) { argv.push_back(word.c_str()); }
    return intervene::parse_command_line(static_cast<int>(argv.size()), argv.data());
}

/// How these words fail, with IN and OUT before them.
std::optional<std::string> refused(std::vector<std::string> words) {
    words.insert(words.begin(), {"in.safetensors", "out.safetensors"});
    return failure([&] { return parse(words).has_value(); });
}

template <class Policy>
Policy policy_of(job const& by) {
    return std::get<Policy>(std::get<llava::any_intervention>(by.changes.at(0).what));
}

}   // namespace

namespace intervention = causalmm::intervention;

TEST_CASE("command_line: every option is read", "[intervene]") {
    auto const by = *parse({"--policy",
                            "shuffled",
                            "--map",
                            "--seed",
                            "7",
                            "--visibility",
                            "causal:3",
                            "--heads",
                            "0-1",
                            "--queries",
                            "4",
                            "--keys",
                            "2-5",
                            "--tensors",
                            "vision.*",
                            "--picture",
                            "p.png",
                            "--head",
                            "1",
                            "in.safetensors",
                            "out.safetensors"});
    CHECK(by.in == "in.safetensors");
    CHECK(by.out == std::filesystem::path{"out.safetensors"});
    CHECK(by.picture == std::filesystem::path{"p.png"});
    CHECK(by.tensors == "vision.*");
    CHECK(by.head == 1);
    CHECK(policy_of<intervention::shuffled>(by).seed == 7);
    CHECK(policy_of<intervention::shuffled>(by).over == intervention::scope::map);
    CHECK(by.changes.at(0).text == "shuffled, whole map");
    CHECK(std::get<causalmm::visibility::causal>(by.where.visibility).offset == 3);
    CHECK(by.where.where.heads == causalmm::selection::index_set{{0, 2}});
    CHECK(by.where.where.queries == causalmm::selection::index_set{{4, 5}});
    CHECK(by.where.where.keys == causalmm::selection::index_set{{2, 6}});
    CHECK(by.where.seed == 7);
}

TEST_CASE("command_line: defaults, and what a policy says of itself", "[intervene]") {
    auto const plain = *parse({"--policy", "random", "in", "out"});
    CHECK(std::holds_alternative<causalmm::visibility::bidirectional>(plain.where.visibility));
    CHECK_FALSE(plain.picture);
    CHECK(plain.where.where.keys.contains(1 << 30));
    CHECK(policy_of<intervention::random>(plain).seed == 0);
    auto const own = *parse({"--policy", "random:scale=2,seed=5", "--seed", "7", "in", "out"});
    CHECK(policy_of<intervention::random>(own).seed == 5);
    CHECK(policy_of<intervention::random>(own).scale == 2.0f);
    auto const several = *parse({"--policy", "random", "--policy", "reversed:over=row", "--policy", "uniform", "--map",
                                 "--released", "edit_attention:shuffle", "in", "--picture", "p"});
    REQUIRE(several.changes.size() == 4);
    CHECK_FALSE(several.out);
    CHECK(several.changes[1].text == "reversed:over=row");
    CHECK(several.changes[2].text == "uniform, whole map");
    CHECK(std::get<intervene::published>(several.changes[3].what) == intervene::published::edit_attention_shuffle);
}

TEST_CASE("command_line: what is wrong is one line that names the option", "[intervene]") {
    CHECK(names(refused({}), 64, {"--policy: at least one is needed"}));
    CHECK(names(refused({"--policy", "sideways"}), 64, {"--policy: unknown intervention \"sideways\"", "reversed"}));
    CHECK(names(refused({"--policy", "random:scale=x"}), 64, {"--policy: scale is \"x\", not a number"}));
    CHECK(names(refused({"--policy", "random:scale=-1"}), 64, {"--policy: random: scale is negative"}));
    CHECK(names(refused({"--released", "sideways"}), 64, {"--released: unknown function"}));
    CHECK(names(refused({"--policy", "random", "--visibility", "left"}), 64, {"--visibility: expected"}));
    CHECK(names(refused({"--policy", "random", "--map"}), 64, {"--map: no --policy takes"}));
    CHECK(names(refused({"--policy", "reversed:over=row", "--map"}), 64, {"--map: no --policy takes"}));
    CHECK(names(refused({"--policy", "random", "--policy", "uniform"}), 64, {"OUT: takes one"}));
    CHECK(names(refused({"--policy", "random", "--released", "uniform_attention"}), 64, {"OUT: takes one"}));
    CHECK(names(refused({"--released", "uniform_attention", "--keys", "0-1"}), 64, {"--keys: is for --policy"}));
    CHECK(names(refused({"--released", "uniform_attention", "--map"}), 64, {"--map: no --policy takes"}));
    for (std::string const value : {"", "-1", "x", "0x1", "18446744073709551616"}) {
        CHECK(names(refused({"--policy", "random", "--seed=" + value}), 64, {"--seed"}));
        CHECK(names(refused({"--policy", "random", "--head=" + value}), 64, {"--head"}));
    }
    for (std::string const value : {"2-1", "a", "1-"}) {
        CHECK(names(refused({"--policy", "random", "--keys", value}), 64, {"--keys: expected A-B"}));
    }
    CHECK(names(refused({"--policy", "random", "more"}), 64, {"more"}));
    CHECK(names(refused({"--policy", "random", "--colour"}), 64, {"--colour"}));
    CHECK(names(failure([] { return parse({"--policy", "random"}).has_value(); }), 64, {"IN"}));
    CHECK(names(failure([] { return parse({"--policy", "random", "in"}).has_value(); }), 64, {"OUT: missing"}));
}

TEST_CASE("command_line: a picture never overwrites a tensor file", "[intervene]") {
    CHECK(names(refused({"--policy", "random", "--picture", "in.safetensors"}), 64, {"--picture: would overwrite"}));
    CHECK(names(refused({"--policy", "random", "--picture", "./out.safetensors"}), 64, {"--picture: would overwrite"}));
    support::folder const folder;
    auto const in = folder.write("in", "x");
    std::filesystem::create_hard_link(in, folder.path() / "linked");
    CHECK(names(failure([&] {
                    return parse(
                               {"--policy", "random", in, folder.path() / "out", "--picture", folder.path() / "linked"})
                        .has_value();
                }),
                64, {"--picture: would overwrite"}));
}

// SPDX-License-Identifier: MIT
#include <llava/engine.hpp>

#include <array>
#include <concepts>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <llava/method.hpp>
#include <llava/model.hpp>

#include "catch.hpp"
#include "examples/llava/golden.hpp"

using causalmm::errc;
using causalmm::decode::token;
using causalmm::sampling::candidate;
using row = std::vector<float>;

static_assert(causalmm::decode::gathering_engine<llava::engine>);
static_assert(std::movable<llava::line> && !std::copyable<llava::line>);
static_assert(std::same_as<decltype(llava::line::follows), std::shared_ptr<llava::trail const>>,
              "what branches share is written by the factual one alone");

namespace {

struct world {
    llava::model model = golden::open("plain");
    llava::scratch memory{};
    llava::engine engine{model.language(), model.pool(), 96, memory};
    row prompt = [this] {
        row state = model.vision().embed(golden::pixels(model), model.pool());
        model.vision().run(state, 0, model.vision().layers(), {.pool = model.pool(), .memory = memory});
        return model.splice(golden::read("plain").prompt_ids, model.project(state));
    }();

    std::int64_t width() const { return model.language().hidden(); }
    std::int64_t rows() const { return static_cast<std::int64_t>(prompt.size()) / width(); }

    llava::prompt_rows from_row() const {
        return [this](std::int64_t first) { return row(prompt.begin() + first * width(), prompt.end()); };
    }

    /// All logits, gathered.
    row logits(llava::engine::branch const& one) {
        std::vector<candidate> all(static_cast<std::size_t>(engine.vocabulary()));
        for (std::size_t id = 0; id < all.size(); ++id) { all[id].id = static_cast<token>(id); }
        REQUIRE(engine.logits(one, all));
        row result;
        for (candidate const& each : all) { result.push_back(each.logit); }
        return result;
    }
    row forward(llava::engine::branch& one) {
        llava::engine::branch* const list = &one;
        REQUIRE(engine.forward(std::span{&list, 1}));
        return logits(one);
    }
    void append(std::initializer_list<llava::engine::branch*> branches, token next) {
        for (llava::engine::branch* const each : branches) { REQUIRE(engine.append(*each, std::span{&next, 1})); }
    }
    row next(llava::engine::branch& one, token token) {
        append({&one}, token);
        return forward(one);
    }
    /// A branch that runs all its layers itself with this edit.
    llava::engine::branch whole(llava::edit const* change, std::int64_t shared = 0) const {
        llava::engine::branch one = engine.begin(prompt, {.shared_rows = shared, .sample = 7});
        one.cache().change = change;
        return one;
    }
};

llava::edit language_edit(std::string const& words) {
    return *llava::parse_method("causalmm:language=" + words).language;
}

token const text[] = {14, 90, 203, 65, 7, 7, 120, 33, 2, 51, 80, 11};

}   // namespace

TEST_CASE("engine: the last logits of a prompt are transformers'", "[llava]") {
    world w;
    llava::engine::branch factual = w.engine.begin(w.prompt);
    row const all = golden::read("plain").arrays.at("logits");
    row const last(all.end() - w.engine.vocabulary(), all.end());
    row const gathered = w.forward(factual);
    CHECK(golden::distance(gathered, last) < 1e-4);
    auto const whole = w.engine.logits(factual);
    CHECK(gathered == row(whole.begin(), whole.end()));
}

TEST_CASE("engine: two branches never share a cache", "[llava]") {
    world w;
    llava::edit const change = language_edit("uniform,language_layers=1");
    llava::engine::branch factual = w.engine.begin(w.prompt, {.fork_layer = 1, .sample = 7});
    row const first = w.forward(factual);
    llava::engine::branch counterfactual = w.engine.fork(factual, change);
    llava::engine::branch same = w.engine.beside(factual, w.from_row());
    CHECK(golden::distance(w.forward(counterfactual), first) > 1e-3);
    CHECK(w.forward(same) == first);
    for (token const each : {14, 90, 203}) {   // the contrast is alive at the second and later tokens
        row const plain = w.next(factual, each);
        CHECK(golden::distance(w.next(counterfactual, each), plain) > 1e-3);
    }
    // What the other branches did left no trace, neither in a branch begun since nor in one that stood still meanwhile.
    llava::engine::branch alone = w.engine.begin(w.prompt);
    CHECK(w.forward(alone) == first);
    for (token const each : {14, 90, 203}) { w.append({&alone, &same}, each); }
    CHECK(w.forward(alone) == w.logits(factual));
    CHECK(w.forward(same) == w.logits(factual));
    llava::kv_cache const &one = factual.cache().past, &two = counterfactual.cache().past, &three = same.cache().past;
    CHECK((one.keys(1) != two.keys(1) && one.keys(1) != three.keys(1) && two.keys(1) != three.keys(1)));
    CHECK((one.values(1) != two.values(1) && one.values(1) != three.values(1) && two.values(1) != three.values(1)));
}

TEST_CASE("engine: a branch forked above equal layers is the branch run from the start, bit for bit", "[llava]") {
    world w;
    for (std::int64_t const layer : {0, 1}) {
        for (std::int64_t const shared : {0, 20}) {
            INFO("layer " << layer << ", shared " << shared);
            llava::edit const change = language_edit("reversed,language_layers=" + std::to_string(layer));
            llava::engine::branch factual =
                w.engine.begin(w.prompt, {.fork_layer = layer, .shared_rows = shared, .sample = 7});
            (void)w.forward(factual);
            llava::engine::branch forked = w.engine.fork(factual, change), whole = w.whole(&change, shared);
            CHECK(w.forward(forked) == w.forward(whole));
            (void)w.next(factual, 65);
            CHECK(w.next(forked, 65) == w.next(whole, 65));
        }
    }
}

TEST_CASE("engine: a branch beside another begins with its rows and goes on with its own", "[llava]") {
    world w;
    row other = w.prompt;
    for (std::size_t i = static_cast<std::size_t>(20 * w.width()); i < other.size(); ++i) { other[i] *= 0.5f; }
    llava::engine::branch factual = w.engine.begin(w.prompt, {.shared_rows = 20});
    int asked = 0;
    llava::engine::branch beside = w.engine.beside(factual, [&](std::int64_t first) {
        ++asked;
        return row(other.begin() + first * w.width(), other.end());
    });
    row const plain = w.forward(factual);
    CHECK(asked == 0);
    llava::engine::branch alone = w.engine.begin(other, {.shared_rows = 20});
    row const expected = w.forward(alone);
    CHECK(w.forward(beside) == expected);
    CHECK(asked == 1);
    CHECK(w.next(beside, 65) == w.next(alone, 65));
    CHECK(golden::distance(expected, plain) > 1e-3);
    CHECK(w.next(factual, 14) != w.next(alone, 14));
    llava::engine::branch again = w.engine.begin(w.prompt, {.shared_rows = 20});
    CHECK(w.forward(again) == plain);
}

TEST_CASE("engine: identity gives the plain logits bit for bit, at every token", "[llava]") {
    world w;
    llava::edit const change = language_edit("identity");
    llava::engine::branch factual = w.engine.begin(w.prompt, {.fork_layer = 0, .shared_rows = 20});
    row const first = w.forward(factual);
    llava::engine::branch same = w.engine.fork(factual, change);
    llava::engine::branch beside = w.engine.beside(factual, w.from_row());
    CHECK(w.forward(same) == first);
    CHECK(w.forward(beside) == first);
    for (token const each : {14, 90, 203}) {
        row const plain = w.next(factual, each);
        CHECK(w.next(same, each) == plain);
        CHECK(w.next(beside, each) == plain);
    }
}

TEST_CASE("engine: every order of passes gives the same bits", "[llava]") {
    world w;
    llava::edit const change = language_edit("random,language_layers=1");
    struct three {
        llava::engine::branch factual, vision, language;
    };
    auto const begin = [&] {
        llava::engine::branch factual = w.engine.begin(w.prompt, {.fork_layer = 1, .sample = 7});
        llava::engine::branch vision = w.engine.beside(factual, [&](std::int64_t /*first*/) {
            row other = w.prompt;
            for (float& each : other) { each *= 0.9f; }
            return other;
        });
        llava::engine::branch language = w.engine.fork(factual, change);
        return three{std::move(factual), std::move(vision), std::move(language)};
    };
    three apart = begin(), together = begin(), late = begin();
    std::array const all{&together.factual, &together.vision, &together.language};
    for (llava::engine::branch* const each : {&apart.factual, &apart.vision, &apart.language}) {
        (void)w.forward(*each);
    }
    REQUIRE(w.engine.forward(all));
    (void)w.forward(late.factual);
    for (token const each : text) {
        w.append({&apart.factual, &apart.vision, &apart.language}, each);
        for (llava::engine::branch* const one : {&apart.factual, &apart.vision, &apart.language}) {
            (void)w.forward(*one);
        }
        w.append({&together.factual, &together.vision, &together.language}, each);
        REQUIRE(w.engine.forward(all));
        CHECK(w.logits(together.factual) == w.logits(apart.factual));
        CHECK(w.logits(together.vision) == w.logits(apart.vision));
        CHECK(w.logits(together.language) == w.logits(apart.language));
        w.append({&late.factual, &late.vision, &late.language}, each);
        CHECK(w.forward(late.factual) == w.logits(apart.factual));
    }
    std::array const waiting{&late.vision, &late.language};   // their prompts and 12 tokens at once
    REQUIRE(w.engine.forward(waiting));
    CHECK(w.logits(late.vision) == w.logits(apart.vision));
    CHECK(w.logits(late.language) == w.logits(apart.language));
}

TEST_CASE("engine: an edit of some steps is right when their rows are caught up", "[llava]") {
    world w;
    using set = causalmm::selection::index_set;
    for (set const& steps : {set{{0, 1}}, set{{3, 5}}, set{{0, 1}, {4, 5}}, set{{2, 100}}}) {
        llava::edit change = language_edit("reversed");
        change.where.steps = steps;
        llava::engine::branch factual = w.engine.begin(w.prompt, {.fork_layer = 0, .sample = 7});
        llava::engine::branch promptly = w.engine.fork(factual, change), late = w.engine.fork(factual, change);
        row expected;
        (void)w.forward(factual);
        (void)w.forward(promptly);
        for (token const each : text) {
            (void)w.next(factual, each);
            w.append({&late}, each);
            expected = w.next(promptly, each);
        }
        CHECK(w.forward(late) == expected);
        CHECK(expected != w.logits(factual));
    }
}

TEST_CASE("engine: samples of different lengths run in one pass as each would alone", "[llava]") {
    world w;
    llava::edit const change = language_edit("random");
    std::vector<llava::engine::branch> alone, together;
    for (auto* const group : {&alone, &together}) {
        for (std::uint64_t sample = 0; sample < 6; ++sample) {
            row const prompt(w.prompt.begin() + static_cast<std::int64_t>(sample) * 4 * w.width(), w.prompt.end());
            group->push_back(w.engine.begin(prompt, {.fork_layer = 0, .sample = sample}));
            llava::engine::branch forked = w.engine.fork(group->back(), change);
            group->push_back(std::move(forked));
        }
    }
    std::vector<llava::engine::branch*> all;
    for (llava::engine::branch& each : together) { all.push_back(&each); }
    for (int round = 0; round < 4; ++round) {
        REQUIRE(w.engine.forward(all));
        for (std::size_t i = 0; i < alone.size(); ++i) { CHECK(w.forward(alone[i]) == w.logits(together[i])); }
        for (std::size_t i = 0; i < alone.size(); ++i) {
            w.append({&alone[i], &together[i]}, text[static_cast<std::size_t>(round) + i / 2]);
        }
    }
    CHECK(w.logits(together[1]) != w.logits(together[3]));
}

TEST_CASE("engine: a foreign token and a full cache are refused", "[llava]") {
    world w;
    llava::engine small{w.model.language(), w.model.pool(), 50, w.memory};   // the prompt takes 49
    llava::engine::branch one = small.begin(w.prompt);
    llava::engine::branch* const list = &one;
    for (token const each : {-1, static_cast<int>(small.vocabulary())}) {
        CHECK(small.append(one, std::span{&each, 1}) == errc::engine_failure);
    }
    REQUIRE(small.forward(std::span{&list, 1}));
    token const tokens[] = {5, 6};
    REQUIRE(small.append(one, tokens));
    CHECK(small.forward(std::span{&list, 1}) == errc::out_of_capacity);
    llava::engine tiny{w.model.language(), w.model.pool(), 48, w.memory};
    llava::engine::branch other = tiny.begin(w.prompt);
    llava::engine::branch* const others = &other;
    CHECK(tiny.forward(std::span{&others, 1}) == errc::out_of_capacity);
}

TEST_CASE("engine: a fork that leaves its factual branch behind is refused and can be tried again", "[llava]") {
    world w;
    llava::edit const change = language_edit("reversed");
    llava::engine::branch factual = w.engine.begin(w.prompt, {.fork_layer = 0});
    llava::engine::branch forked = w.engine.fork(factual, change);
    llava::engine::branch* const list = &forked;
    CHECK(w.engine.forward(std::span{&list, 1}) == errc::engine_failure);   // its prompt
    (void)w.forward(factual);
    (void)w.forward(forked);
    token const other = 5;
    CHECK(w.engine.append(forked, std::span{&other, 1}) == errc::engine_failure);   // before the factual branch
    w.append({&factual}, 6);
    CHECK(w.engine.append(forked, std::span{&other, 1}) == errc::engine_failure);   // not its token
    w.append({&forked}, 6);
    CHECK(w.engine.forward(std::span{&list, 1}) == errc::engine_failure);
    (void)w.forward(factual);
    CHECK(w.engine.forward(std::span{&list, 1}));
}

TEST_CASE("engine: a prompt that cannot be made fails the pass, is told, and is asked for again", "[llava]") {
    world w;
    llava::engine::branch factual = w.engine.begin(w.prompt, {.shared_rows = 20});
    bool broken = true;
    llava::engine::branch beside = w.engine.beside(factual, [&](std::int64_t first) {
        if (broken) { throw std::runtime_error("no picture"); }
        return w.from_row()(first);
    });
    (void)w.forward(factual);
    llava::engine::branch* const list = &beside;
    CHECK(w.engine.forward(std::span{&list, 1}) == errc::engine_failure);
    CHECK_THROWS_WITH(w.engine.rethrow(), "no picture");
    broken = false;
    CHECK(w.forward(beside) == w.logits(factual));
}

namespace {

/// The branches of a question, whose prompts begin with 30 rows that other questions have too.
struct three {
    llava::engine::branch factual, vision, language;

    static constexpr std::int64_t common = 30;

    three(world& w, llava::edit const& change, std::int64_t layer, std::int64_t shared, row const& prompt,
          std::vector<std::int64_t>& asked, std::array<llava::prefix, 3>* kept)
        : factual{w.engine.begin(rows(w, prompt, 1.0f, asked),
                                 {.fork_layer = layer, .shared_rows = shared, .prefix_rows = common, .sample = 7},
                                 kept == nullptr ? nullptr : &(*kept)[0])},
          vision{w.engine.beside(factual, rows(w, prompt, 0.5f, asked), kept == nullptr ? nullptr : &(*kept)[1])},
          language{w.engine.fork(factual, change, kept == nullptr ? nullptr : &(*kept)[2])} {}

  private:
    /// From row 20 on the rows are scaled: the picture as a branch sees it.
    static llava::prompt_rows rows(world& w, row const& prompt, float scale, std::vector<std::int64_t>& asked) {
        return [&w, &prompt, scale, &asked](std::int64_t first) {
            asked.push_back(first);
            row all = prompt;
            for (std::int64_t i = 20 * w.width(); i < common * w.width(); ++i) {
                all[static_cast<std::size_t>(i)] *= scale;
            }
            return row(all.begin() + first * w.width(), all.end());
        };
    }
};

}   // namespace

TEST_CASE("engine: a prompt that goes on from kept rows is the whole prompt, bit for bit, and later tokens too",
          "[llava]") {
    world w;
    row other = w.prompt;   // another question about the picture
    for (auto i = static_cast<std::size_t>(three::common * w.width()); i < other.size(); ++i) { other[i] *= 0.25f; }
    for (std::int64_t const layer : {0, 1}) {
        for (std::int64_t const shared : {0, 20}) {
            INFO("layer " << layer << ", shared " << shared);
            llava::edit const change = language_edit("reversed,language_layers=" + std::to_string(layer));
            std::array<llava::prefix, 3> kept;
            std::vector<std::int64_t> asked, unasked;
            three first{w, change, layer, shared, w.prompt, asked, &kept};
            (void)w.forward(first.factual);   // its other branches wait, and may never run
            CHECK((kept[0].known() && !kept[1].known() && !kept[2].known()));
            CHECK(asked == std::vector<std::int64_t>{0});
            for (int round = 0; round < 3; ++round) {
                asked.clear();
                std::int64_t const before = w.engine.prompt_row_layers();
                three found{w, change, layer, shared, other, asked, &kept};
                three expected{w, change, layer, shared, other, unasked, nullptr};
                for (token const each : {14, 90, 203, 65}) {
                    CHECK(w.forward(found.factual) == w.forward(expected.factual));
                    CHECK(w.forward(found.vision) == w.forward(expected.vision));
                    CHECK(w.forward(found.language) == w.forward(expected.language));
                    w.append({&found.factual, &expected.factual}, each);
                    w.append({&found.vision, &expected.vision, &found.language, &expected.language}, each);
                }
                CHECK(asked == std::vector<std::int64_t>{three::common, round == 0 ? shared : three::common});
                std::int64_t const question = w.rows() - three::common, reader = w.model.language().layers();
                std::int64_t const all = (w.rows() - shared + w.rows()) * reader + w.rows() * (reader - layer);
                std::int64_t const begun =
                    round > 0 ? 0 : (three::common - shared) * reader + three::common * (reader - layer);
                CHECK(w.engine.prompt_row_layers() - before ==
                      all + begun + 2 * question * reader + question * (reader - layer));
            }
            // Those that waited begin with what others have run since.
            three expected{w, change, layer, shared, w.prompt, unasked, nullptr};
            CHECK(w.logits(first.factual) == w.forward(expected.factual));
            CHECK(w.forward(first.vision) == w.forward(expected.vision));
            CHECK(w.forward(first.language) == w.forward(expected.language));
            CHECK(w.logits(first.language) != w.logits(first.factual));
        }
    }
}

TEST_CASE("engine: rows kept of another length are not used, and an edit of whole maps keeps none", "[llava]") {
    world w;
    llava::edit const change = language_edit("reversed(over=map)");
    std::array<llava::prefix, 3> kept;
    std::vector<std::int64_t> asked;
    three one{w, change, 0, 0, w.prompt, asked, &kept};
    row const first = w.forward(one.factual);
    row const mapped = w.forward(one.language);
    CHECK(kept[0].known());
    CHECK_FALSE(kept[2].known());
    // Alone and in one piece, as its maximum is of the whole map.
    llava::engine::branch whole = w.engine.begin(w.prompt, {.fork_layer = 0, .sample = 7});
    llava::engine::branch same = w.engine.fork(whole, change);
    (void)w.forward(whole);
    CHECK(golden::distance(w.forward(same), mapped) < 1e-3);   // the factual branch is cut, and rounds otherwise
    llava::engine::branch longer = w.engine.begin(w.from_row(), {.prefix_rows = 31}, &kept[0]);
    llava::engine::branch alone = w.engine.begin(w.from_row(), {.prefix_rows = 31});
    CHECK(w.forward(longer) == w.forward(alone));
    CHECK(kept[0].past.size() == three::common);
    three again{w, change, 0, 0, w.prompt, asked, &kept};
    CHECK(w.forward(again.factual) == first);
    CHECK(w.forward(again.language) == mapped);
}

TEST_CASE("engine: kept rows that do not fit a cache are refused", "[llava]") {
    world w;
    std::array<llava::prefix, 3> kept;
    std::vector<std::int64_t> asked;
    llava::edit const change = language_edit("reversed");
    three one{w, change, 0, 0, w.prompt, asked, &kept};
    (void)w.forward(one.factual);
    llava::engine small{w.model.language(), w.model.pool(), three::common - 1, w.memory};
    llava::engine::branch other = small.begin(w.from_row(), {.prefix_rows = three::common}, &kept[0]);
    llava::engine::branch* const list = &other;
    CHECK(small.forward(std::span{&list, 1}) == errc::out_of_capacity);
}

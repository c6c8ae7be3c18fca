// SPDX-License-Identifier: MIT
#include <llava/attend.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <llava/io/error.hpp>
#include <llava/method.hpp>

#include "catch.hpp"

namespace {

// Two heads that share one kv head, two queries after one earlier key, one lane: scores 0, log 2, log 4 for the first head.
struct small {
    std::vector<float> query{1.0f, 0.0f, 1.0f, 0.0f};   // (query, head, 1)
    std::vector<float> key{0.0f, std::log(2.0f), std::log(4.0f)};
    std::vector<float> value{1.0f, 10.0f, 100.0f};
    std::vector<float> z = std::vector<float>(4);
    llava::workers pool{1};
    llava::scratch memory{};

    void run(bool causal, llava::edit const* change) {
        llava::attention_heads const inputs{.query = llava::split_heads<float const>(query.data(), 2, 2, 1),
                                            .key = llava::split_heads<float const>(key.data(), 1, 3, 1),
                                            .value = llava::split_heads<float const>(value.data(), 1, 3, 1),
                                            .z = llava::split_heads(z.data(), 2, 2, 1),
                                            .causal = causal};
        llava::attend(inputs, causalmm::tower::language, 1, 1, {.change = change, .pool = pool, .memory = memory});
    }
};

}   // namespace

TEST_CASE("attend: hand-computed, causal and not, query heads sharing a kv head", "[llava]") {
    small s;
    s.run(false, nullptr);
    CHECK(s.z[0] == Approx((1.0 + 20.0 + 400.0) / 7.0).epsilon(1e-5));
    CHECK(s.z[1] == Approx(111.0 / 3.0).epsilon(1e-5));
    CHECK(s.z[2] == Approx((1.0 + 20.0 + 400.0) / 7.0).epsilon(1e-5));
    s.run(true, nullptr);
    CHECK(s.z[0] == Approx((1.0 + 20.0) / 3.0).epsilon(1e-5));   // the first query stands at the second key
    CHECK(s.z[1] == Approx(11.0 / 2.0).epsilon(1e-5));
    CHECK(s.z[2] == Approx((1.0 + 20.0 + 400.0) / 7.0).epsilon(1e-5));
}

TEST_CASE("attend: edits the selected layer and head only", "[llava]") {
    small s;
    llava::edit const here =
        *llava::parse_method("causalmm:language=uniform,language_layers=1,language_heads=0").language;
    llava::edit const elsewhere = *llava::parse_method("causalmm:language=uniform,language_layers=0").language;
    s.run(false, nullptr);
    std::vector<float> const plain = s.z;
    s.run(false, &elsewhere);
    CHECK(s.z == plain);
    s.run(false, &here);
    CHECK(s.z[0] == Approx(111.0 / 3.0).epsilon(1e-5));
    CHECK(s.z[1] == plain[1]);
}

TEST_CASE("attend: scores that are not numbers are the checkpoint's fault", "[llava]") {
    small s;
    s.key[1] = std::numeric_limits<float>::quiet_NaN();
    try {
        s.run(false, nullptr);
        FAIL("no error");
    } catch (llava::io::error const& problem) {
        CHECK(problem.code == llava::io::exit_code::bad_data);
        CHECK_THAT(problem.what(), Catch::Contains("layer 1"));
    }
}

TEST_CASE("attend: streamed and with its pattern in memory, every intervention gives the same", "[llava]") {
    std::mt19937 generator(5);
    std::normal_distribution<float> normal;
    auto const rows = [&](std::int64_t count) {
        std::vector<float> made(static_cast<std::size_t>(count * 4 * 24));
        std::generate(made.begin(), made.end(), [&] { return normal(generator); });
        return made;
    };
    std::vector<float> const query = rows(37), key = rows(41), value = rows(41);
    llava::workers const pool{2};
    auto const run = [&](llava::edit const& change, causalmm::tower tower, bool materialized) {
        llava::scratch memory{.materialized = materialized};
        std::vector<float> z(query.size());
        llava::attention_heads const inputs{.query = llava::split_heads<float const>(query.data(), 4, 37, 24),
                                            .key = llava::split_heads<float const>(key.data(), 4, 41, 24),
                                            .value = llava::split_heads<float const>(value.data(), 4, 41, 24),
                                            .z = llava::split_heads(z.data(), 4, 37, 24),
                                            .causal = tower == causalmm::tower::language};
        llava::attend(inputs, tower, 1, 4, {.change = &change, .pool = pool, .memory = memory});
        return z;
    };
    causalmm::intervention::list::for_each([&]<class Policy>() {
        for (auto const tower : {causalmm::tower::language, causalmm::tower::vision}) {
            INFO(Policy::name);
            llava::edit const change{.policy = Policy{}, .where = {}};
            std::vector<float> const streamed = run(change, tower, false), wanted = run(change, tower, true);
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                CHECK(streamed[i] == Approx(wanted[i]).epsilon(1e-4).margin(1e-4));   // doses of up to 41
            }
        }
    });
}

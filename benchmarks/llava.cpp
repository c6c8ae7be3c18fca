// SPDX-License-Identifier: MIT
// What counterfactual branches cost, on one thread. All that a row compares is timed in turn, by processor time.
//
// answer/METHOD     a description by the embedded model, greedy against the method by each schedule; times are of a token
// pope/METHOD       the first 150 adversarial questions likewise; times are of an answer
//                   skipped: share of the contrasts that lazy skips; answers_skipped: share of the answers that need none
//                   x_lazy_floor: 1 + the share of the answers that need a contrast times what the branches cost beside plain ones.
//                   A contrast at the first token needs the branch's whole prompt, and its picture: it costs no less than that
// prefixes/SCHEDULE/METHOD
//                   the six adversarial questions of each of 20 pictures, each asked alone against together, so that what they have
//                   in common is computed once; times are of an answer
//                   x_vision, x_rows: layers of the vision tower, and rows of prompts times layers, that are left
//                   x_floor: multiply-adds of all these that are left; x_shared comes to it as answers consist of nothing else
// decoding/TYPE     a token of random weights that no cache holds, behind 640 positions: one branch against two (another picture)
//                   and three (and another attention from the first layer on), by each schedule
//                   x_floor_N: bytes of weights and caches that N branches must read, relative to one
//                   x_read: a read of the weights and one cache, as fast as a loop over them reads
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <causalmm/contrast/linear.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/plausibility/adaptive.hpp>
#include <causalmm/sampling.hpp>
#include <llava/answer.hpp>
#include <llava/engine.hpp>
#include <llava/io/json.hpp>

#include "contest.hpp"
#include "random_llama.hpp"

namespace {

std::filesystem::path const folder = std::filesystem::path{CAUSALMM_SOURCE_DIR} / "examples/tiny_llava";

struct question {
    llava::io::image picture;
    std::string text;
};

llava::model const& tiny() {
    static llava::model const model = llava::model::open(folder / "model", 1);
    return model;
}

llava::answer ask(std::string const& method, question const& what, llava::any_schedule const& schedule, int tokens) {
    return llava::ask(tiny(), llava::parse_method(method), what.picture, what.text,
                      {.max_new_tokens = tokens, .schedule = schedule});
}

/// greedy, then the method by each schedule, each asked all questions once a round; times are of a token, or of all answers.
void compare(benchmark::State& state, std::string const& method, std::vector<question> const& questions, int tokens,
             bool of_a_token) {
    std::map<std::string, double> steps, answers;
    workload::contest ways;
    auto const way = [&](std::string const& name, std::string const& by, llava::any_schedule const& schedule) {
        ways.add(name, [&, name, by, schedule] {
            double seconds = 0.0, made = 0.0;
            for (question const& each : questions) {
                llava::answer const got = ask(by, each, schedule, tokens);
                seconds += got.seconds;
                made += static_cast<double>(got.tokens.size());
                steps[name + " needed"] += static_cast<double>(got.contrasts.needed);
                steps[name + " skipped"] += static_cast<double>(got.contrasts.skipped);
                answers[name] += got.contrasts.needed == 0 ? 1.0 : 0.0;
            }
            return of_a_token ? seconds / made : seconds;
        });
    };
    way("greedy", "greedy", llava::default_schedule);
    for (std::string const& name : llava::schedule_names()) { way(name, method, llava::schedule_named(name)); }
    ways.run(state);
    auto const rounds = static_cast<double>(state.iterations());
    double const all = steps["lazy needed"] + steps["lazy skipped"];
    state.counters["skipped"] = steps["lazy skipped"] / all;
    double const skipped = answers["lazy"] / (rounds * static_cast<double>(questions.size()));
    state.counters["answers_skipped"] = skipped;
    state.counters["x_lazy_floor"] = 1.0 + (1.0 - skipped) * (state.counters["x_sequential"].value - 1.0);
    double const done = rounds * (of_a_token ? 1.0 : static_cast<double>(questions.size()));
    state.counters[of_a_token ? "greedy_tokens_per_second" : "greedy_answers_per_second"] = done / ways.first_total();
}

std::vector<question> description() {
    return {{llava::io::read_image(folder / "pope/images/scene_000000.png"), "Please describe this image in detail."}};
}

std::vector<question> pope(std::size_t count) {
    std::ifstream in{folder / "pope/adversarial.jsonl"};
    std::vector<question> questions;
    for (std::string line; questions.size() < count && std::getline(in, line);) {
        auto const document = llava::io::json_document::parse(line, "adversarial.jsonl");
        auto const root = document->root().object();
        questions.push_back(
            {llava::io::read_image(folder / "pope/images" / root.at("image").text()), root.at("text").text()});
    }
    return questions;
}

/// What prompts took of a model.
struct prompt_cost {
    double vision = 0.0, rows = 0.0;

    void add(llava::prompt_work const& work) {
        vision += static_cast<double>(work.vision_layers);
        rows += static_cast<double>(work.row_layers);
    }
    double multiply_adds() const {
        llava::io::vision_config const& eyes = tiny().config().vision;
        llava::io::text_config const& reader = tiny().config().text;
        double const seen = eyes.hidden, read = reader.hidden, width = reader.heads * reader.head_dim,
                     kv_width = reader.kv_heads * reader.head_dim;
        auto const tokens = static_cast<double>(tiny().vision().tokens());
        double const layer = tokens * (4 * seen * seen + 2 * seen * eyes.intermediate + 2 * tokens * seen);
        double const row = 2 * read * width + 2 * read * kv_width + 3 * read * reader.intermediate;
        return vision * layer + rows * row;
    }
};

/// All questions asked alone, then those of a picture, six neighbours each, together.
void compare_prefixes(benchmark::State& state, std::string const& method, llava::any_schedule const& schedule,
                      std::vector<question> const& questions) {
    constexpr std::size_t of_a_picture = 6;
    llava::method const by = llava::parse_method(method);
    llava::answer_options const options{.max_new_tokens = 8, .schedule = schedule};
    prompt_cost separate, shared;
    workload::contest ways;
    ways.add_timed("separate", [&] {
        for (question const& each : questions) { separate.add(ask(method, each, schedule, 8).prompts); }
    });
    ways.add_timed("shared", [&] {
        for (std::size_t i = 0; i < questions.size(); i += of_a_picture) {
            llava::picture_prefix about{tiny(), by, questions[i].picture};
            for (std::size_t q = i; q < i + of_a_picture; ++q) {
                shared.add(llava::ask(about, questions[q].text, options).prompts);
            }
        }
    });
    ways.run(state);
    state.counters["x_vision"] = shared.vision / separate.vision;
    state.counters["x_rows"] = shared.rows / separate.rows;
    state.counters["x_floor"] = shared.multiply_adds() / separate.multiply_adds();
    state.counters["separate_answers_per_second"] =
        static_cast<double>(state.iterations()) * static_cast<double>(questions.size()) / ways.first_total();
}

/// A sample of the random model that decodes token after token.
class decoding {
  public:
    static constexpr std::int64_t positions = 640, capacity = 1200;

    using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive,
                                        causalmm::sampling::pipeline<causalmm::sampling::greedy>>;

    decoding(workload::random_llama const& model, llava::workers const& pool, int branches)
        : engine_{model.language(), pool, capacity, memory_},
          scratch_(3 * static_cast<std::size_t>(engine_.vocabulary())) {
        std::vector<float> const prompt(static_cast<std::size_t>(model.language().hidden()), 0.5f);
        branches_.push_back(engine_.begin(prompt, {.fork_layer = branches > 2 ? 0 : -1}));
        if (branches > 1) {
            branches_.push_back(engine_.beside(branches_[0], [=](std::int64_t /*first*/) { return prompt; }));
        }
        if (branches > 2) { branches_.push_back(engine_.fork(branches_[0], edit_)); }
        for (llava::engine::branch& each : branches_) { fill(each); }
    }

    template <class Schedule>
    void decode_by(Schedule const& schedule) {
        float const first = branches_.size() > 1 ? 1.0f : 0.0f, second = branches_.size() > 2 ? 1.0f : 0.0f;
        auto const branch = [&](std::size_t i) { return i < branches_.size() ? &branches_[i] : nullptr; };
        using decoder = causalmm::decode::decoder<llava::engine, Schedule, step>;
        step const how{.contrast = {{first, second}}, .plausibility = {}, .sampler = {}};
        typename decoder::branch_list const list{branch(0), branch(1), branch(2)};
        // Shared, since a function is copyable and a decoder is not.
        next_ = [one = std::make_shared<decoder>(engine_, schedule, how, list, scratch_)] { return one->next(); };
    }
    void next() {
        if (!next_()) { std::abort(); }
    }

  private:
    /// As if a prompt of many positions had run.
    void fill(llava::engine::branch& one) {
        llava::engine::branch* const list = &one;
        if (!engine_.forward({&list, 1})) { std::abort(); }
        llava::line& its = one.cache();
        for (std::int64_t layer = 0; layer < workload::random_llama::shape().text.layers; ++layer) {
            for (float* const rows : {its.past.keys(layer), its.past.values(layer)}) {
                for (std::int64_t i = 0; i < positions * its.past.width(); ++i) {
                    rows[i] = static_cast<float>(i % 17) * 0.01f - 0.08f;
                }
            }
        }
        its.past.resize(positions);
        if (its.leaves) { its.leaves->rows = positions; }
    }

    llava::scratch memory_;
    llava::engine engine_;
    llava::edit edit_{.policy = causalmm::intervention::reversed{}, .where = {}};
    std::vector<causalmm::sampling::candidate> scratch_;
    std::vector<llava::engine::branch> branches_;
    std::function<causalmm::result<llava::token>()> next_;
};

void decode(benchmark::State& state, llava::io::dtype type) {
    workload::random_llama const model{type};
    llava::workers const pool{1};
    std::int64_t const cache = decoding::positions * 2 * 4 * workload::random_llama::shape().text.hidden *
                               workload::random_llama::shape().text.layers;
    std::vector<std::unique_ptr<decoding>> samples;
    workload::contest ways;
    auto const way = [&](std::string const& name, int branches, auto const& schedule) {
        samples.push_back(std::make_unique<decoding>(model, pool, branches));
        samples.back()->decode_by(schedule);
        ways.add_timed(name, [one = samples.back().get()] { one->next(); });
    };
    way("plain", 1, causalmm::decode::sequential{});
    for (int const branches : {2, 3}) {
        causalmm::decode::list::for_each([&]<class Schedule>() {
            way(std::string{Schedule::name} + "_" + std::to_string(branches), branches, Schedule{});
        });
    }
    std::vector<std::uint64_t> const memory(static_cast<std::size_t>(model.weight_bytes() + cache) / 8, 1);
    ways.add_timed("read",
                   [&] { benchmark::DoNotOptimize(std::accumulate(memory.begin(), memory.end(), std::uint64_t{0})); });
    for (auto const& each : samples) { each->next(); }   // pages and buffers
    ways.run(state);
    auto const bytes = [&](int branches) { return static_cast<double>(model.weight_bytes() + branches * cache); };
    state.counters["x_floor_2"] = bytes(2) / bytes(1);
    state.counters["x_floor_3"] = bytes(3) / bytes(1);
    state.counters["plain_tokens_per_second"] = static_cast<double>(state.iterations()) / ways.first_total();
}

bool add_all() {
    auto const add = [](std::string const& name, auto const& body) {
        return benchmark::RegisterBenchmark(name.c_str(), body)->UseManualTime()->Unit(benchmark::kMillisecond);
    };
    for (std::string const method : {"causalmm:vision=shuffled", "causalmm:language=reversed",
                                     "causalmm:vision=shuffled,language=reversed", "released:gate=shuffle", "vcd"}) {
        add("answer/" + method, [method](benchmark::State& state) {
            compare(state, method, description(), 24, true);
        })->Iterations(20);
    }
    for (std::string const epsilon : {"0.6", "0.1"}) {
        for (std::string const edits : {"vision=shuffled", "language=reversed", "vision=shuffled,language=reversed"}) {
            std::string const method = "causalmm:" + edits + ",epsilon=" + epsilon;
            add("pope/" + method, [method](benchmark::State& state) {
                compare(state, method, pope(150), 8, false);
            })->Iterations(1);
        }
    }
    for (std::string const schedule : {"sequential", "lazy"}) {
        for (std::string const method :
             {"greedy", "causalmm:vision=reversed", "causalmm:vision=shuffled", "causalmm:language=reversed",
              "causalmm:vision=reversed,language=reversed", "causalmm:vision=shuffled,language=reversed"}) {
            add("prefixes/" + schedule + "/" + method, [=](benchmark::State& state) {
                compare_prefixes(state, method, llava::schedule_named(schedule), pope(120));
            })->Iterations(3);
        }
    }
    for (llava::io::dtype const type : {llava::io::dtype::bf16, llava::io::dtype::f32}) {
        std::string const name = type == llava::io::dtype::bf16 ? "bf16" : "f32";
        add("decoding/" + name, [type](benchmark::State& state) { decode(state, type); })->Iterations(12);
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace

// SPDX-License-Identifier: MIT
// Answers of the embedded LLaVA model, plain and with CausalMM, on one thread.
//
// first_token  picture, prompt and one token; answer: the same and every further token
// tokens_per_second and x_greedy in the rows `answer` are those of the further tokens alone: of decoding
// x_greedy in the rows `first_token` compares whole first tokens
#include <array>
#include <string>

#include <llava/answer.hpp>

#include "workload.hpp"

namespace {

constexpr std::array methods{"greedy",
                             "sample",
                             "plausible",
                             "causalmm:vision=shuffled",
                             "causalmm:language=reversed",
                             "causalmm:vision=shuffled,language=reversed",
                             "released:gate=shuffle",
                             "vcd"};

std::string const folder = CAUSALMM_SOURCE_DIR "/examples/tiny_llava/";

llava::answer ask(std::string const& method, int tokens) {
    static llava::model const model = llava::model::open(folder + "model", 1);
    static llava::io::image const picture = llava::io::read_image(folder + "pope/images/scene_000000.png");
    return llava::ask(model, llava::parse_method(method), picture, "Please describe this image in detail.",
                      {.max_new_tokens = tokens});
}

/// Notes the mean seconds of an answer under method/what: processor time, which neighbours on the machine disturb less.
double time(benchmark::State& state, std::string const& method, std::string const& what, int tokens) {
    double total = 0.0;
    std::size_t made = 0;
    for (auto iteration : state) {
        (void)iteration;
        llava::answer const answer = ask(method, tokens);
        state.SetIterationTime(answer.seconds);
        total += answer.seconds;
        made = answer.tokens.size();
    }
    workload::seconds()[method + what] = total / static_cast<double>(state.iterations());
    return static_cast<double>(made);
}

void first_token(benchmark::State& state, std::string const& method) {
    time(state, method, "/first_token", 1);
    workload::compare(state, "x_greedy", method + "/first_token", "greedy/first_token");
}

void answer(benchmark::State& state, std::string const& method) {
    double const tokens = time(state, method, "/answer", 24);
    state.counters["tokens"] = tokens;
    auto& seconds = workload::seconds();
    if (tokens < 2.0 || !seconds.contains(method + "/first_token")) { return; }
    double const decoding = (seconds[method + "/answer"] - seconds[method + "/first_token"]) / (tokens - 1.0);
    seconds[method + "/decoding"] = decoding;
    state.counters["tokens_per_second"] = 1.0 / decoding;
    workload::compare(state, "x_greedy", method + "/decoding", "greedy/decoding");
}

bool add_all() {
    auto const add = [](std::string const& name, auto const& body, std::string const& method) {
        benchmark::RegisterBenchmark(name.c_str(), body, method)->UseManualTime()->Unit(benchmark::kMillisecond);
    };
    for (std::string const method : methods) {
        add(method + "/first_token", first_token, method);
        add(method + "/answer", answer, method);
    }
    return true;
}

[[maybe_unused]] bool const added = add_all();

}   // namespace

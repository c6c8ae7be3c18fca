// SPDX-License-Identifier: MIT
#include <llava/conversation.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include <llava/io/error.hpp>
#include <llava/thread_seconds.hpp>

namespace llava {
namespace {

namespace sampling = causalmm::sampling;

/// Ids of the tokens that are `word`, capitalised in any of three ways, after a space or not.
std::vector<int> ids_of(io::tokenizer const& tokens, std::array<std::string_view, 3> const& spellings) {
    std::vector<int> ids;
    for (std::string_view const word : spellings) {
        for (std::string const& piece :
             {std::string{word}, "\xe2\x96\x81" + std::string{word}}) {   // U+2581 marks a space
            if (int const id = tokens.find(piece); id >= 0) { ids.push_back(id); }
        }
    }
    return ids;
}

template <class Set>
std::array<engine::branch*, roles> pointers(Set& to) {
    std::array<engine::branch*, roles> list{};
    for (std::size_t i = 0; i < list.size(); ++i) { list[i] = to[i] ? &*to[i] : nullptr; }
    return list;
}

}   // namespace

conversation::step conversation::make_step(method const& by) {
    auto const gamma = static_cast<float>(by.gamma);
    float const second = by.language ? gamma : 0.0f;
    float const first = by.what == method::kind::causalmm && !by.vision ? 0.0f : gamma;
    return {.contrast = {.gamma = {first, second}},
            .plausibility = {.epsilon = static_cast<float>(by.epsilon)},
            .sampler = {.filters = {{.value = static_cast<float>(by.temperature)},
                                    {.k = static_cast<std::uint32_t>(by.top_k)},
                                    {.p = static_cast<float>(by.top_p)}},
                        .choice = {}}};
}

conversation::conversation(picture_prefix& about, std::array<prefix*, roles> const& kept, answer_options const& options,
                           std::span<int const> prompt, std::int64_t capacity, scratch& memory)
    : model_{about.asked()},
      options_{options},
      prompt_{prompt},
      place_{model_.image_place(prompt)},
      views_{about.seen()},
      memory_{memory},
      kept_{kept},
      engine_{model_.language(), model_.pool(), capacity, memory},
      step_{make_step(about.way())},
      yes_{ids_of(model_.tokenizer(), {"yes", "Yes", "YES"})},
      no_{ids_of(model_.tokenizer(), {"no", "No", "NO"})} {
    method const& by = about.way();
    if (by.contrasts() && by.language) {
        language_edit_ = *by.language;
        set_seed(*language_edit_, options.seed);
    }
    for (std::size_t i = 0; i < roles; ++i) { owed_[i] = kept_[i] != nullptr ? kept_[i]->seconds : 0.0; }
    beginning what{.prefix_rows = prefix_rows(), .sample = options.sample};
    if (language_edit_) { what.fork_layer = first_layer(*language_edit_, model_.language().layers()); }
    if (views_.differ()) { what.shared_rows = shared_rows(); }
    sets_.resize(static_cast<std::size_t>(by.beam));
    for (branch_set& each : sets_) {   // the first holds the prompt; a beam search forks it into the others
        bool const first = &each == &sets_.front();
        prompt_rows const its = [this](std::int64_t from) { return rows(from, role::factual); };
        each[0].emplace(engine_.begin(first ? its : prompt_rows{}, what, first ? kept_[0] : nullptr));
        for (std::size_t b = 0; b < step::branches; ++b) { each[1 + b] = counterfactual(*each[0], b); }
    }
}

answer conversation::run(std::function<void(std::string_view)> const& on_text) {
    std::int64_t const seen = views_.layers_run();
    answer result = std::visit(
        [&](auto const& schedule) {
            return sets_.size() > 1 ? run_beams(schedule, on_text) : run_by(schedule, on_text);
        },
        options_.schedule);
    result.prompts = {.vision_layers = views_.layers_run() - seen, .row_layers = engine_.prompt_row_layers()};
    return result;
}

double conversation::settle() {
    double due = 0.0;
    for (std::size_t i = 0; i < roles; ++i) {
        bool const ran = sets_[0][i] && sets_[0][i]->cache().step > 0;
        if (!ran || kept_[i] == nullptr) { continue; }
        due += owed_[i];
        kept_[i]->seconds = 0.0;
    }
    return due;
}

float conversation::margin() {
    if (yes_.empty() || no_.empty()) { return std::numeric_limits<float>::quiet_NaN(); }
    for (std::size_t b = 0; b < step::branches; ++b) {
        if (!step_.contrast.reads(b) || !words_[1 + b].empty()) { continue; }
        std::optional<engine::branch> fresh =
            counterfactual(*sets_[0][0], b);   // the branch itself has gone on, or never began
        engine::branch* const one = &*fresh;
        demand(engine_.forward(std::span{&one, 1}));
        words_[1 + b] = logits_of_words(*fresh);
    }
    return best(0, yes_.size()) - best(yes_.size(), yes_.size() + no_.size());
}

/// The branch as it is before its prompt, if the method has it; 0 sees another picture, 1 edits the language model.
std::optional<engine::branch> conversation::counterfactual(engine::branch const& factual, std::size_t which) {
    if (which == 1) {
        return language_edit_ ? std::optional{engine_.fork(factual, *language_edit_, kept_[2])} : std::nullopt;
    }
    if (!views_.differ()) { return std::nullopt; }
    return engine_.beside(
        factual, [this](std::int64_t from) { return rows(from, role::vision); }, kept_[1]);
}

/// The prompt's rows from `first` on. The vision tower runs only where the picture is among them.
std::vector<float> conversation::rows(std::int64_t first, role look) {
    auto const behind = prompt_.subspan(static_cast<std::size_t>(place_ + 1));
    if (first == prefix_rows()) { return model_.embed(behind); }
    std::vector<float> all =
        model_.splice(prompt_, look == role::factual ? views_.factual(memory_)
                                                     : views_.counterfactual(options_.seed, options_.sample, memory_));
    all.erase(all.begin(), all.begin() + first * model_.language().hidden());
    return all;
}

/// The prompt's rows before the picture, which all views have in common. A few are not worth a pass over the weights.
std::int64_t conversation::shared_rows() const noexcept { return place_ > linear::skinny_rows ? place_ : 0; }

template <class Schedule>
answer conversation::run_by(Schedule const& schedule, std::function<void(std::string_view)> const& on_text) {
    using decoder = causalmm::decode::decoder<engine, Schedule, step>;
    std::vector<sampling::candidate> memory(decoder::scratch_size(static_cast<std::size_t>(engine_.vocabulary())));
    decoder generate{engine_, schedule, step_, pointers(sets_[0]), memory, options_.seed, options_.sample};
    answer result;
    io::tokenizer::stream text{model_.tokenizer()};
    auto const emit = [&](std::string const& piece) {
        result.text += piece;
        if (on_text && !piece.empty()) { on_text(piece); }
    };
    for (int count = 0; count < options_.max_new_tokens; ++count) {
        auto const drawn = generate.next();
        demand(drawn.status);
        if (count == 0 && options_.wants_margin) { note_words(generate.contrasts().needed > 0); }
        if (drawn.value == model_.config().eos) { break; }
        result.tokens.push_back(drawn.value);
        bool const has_text = drawn.value < model_.tokenizer().size();   // the rest pads the vocabulary
        if (has_text) { emit(text.put(drawn.value)); }
    }
    emit(text.finish());
    result.contrasts = generate.contrasts();
    return result;
}

/// The likeliest of several texts; it is known, and given out, when it has ended.
template <class Schedule>
answer conversation::run_beams(Schedule const& schedule, std::function<void(std::string_view)> const& on_text) {
    using search_type = causalmm::decode::beam_search<engine, Schedule, step>;
    std::vector<typename search_type::branch_list> sets;
    for (branch_set& each : sets_) { sets.push_back(pointers(each)); }
    auto const longest = static_cast<std::size_t>(options_.max_new_tokens);
    std::vector<sampling::candidate> memory(search_type::scratch_size(static_cast<std::size_t>(engine_.vocabulary())));
    std::vector<token> texts(2 * sets.size() * longest);
    search_type search{engine_, schedule, step_, {}, sets, memory, texts, model_.config().eos};
    for (std::size_t count = 0; count < longest; ++count) {
        demand(search.next());
        if (count == 0 && options_.wants_margin) { note_words(search.contrasts().needed > 0); }
        if (search.beams()[0].finished) { break; }   // no other can become likelier
    }
    answer result;
    io::tokenizer::stream text{model_.tokenizer()};
    for (token const each : search.beams()[0].text) {
        if (each == model_.config().eos) { break; }
        result.tokens.push_back(each);
        if (each < model_.tokenizer().size()) { result.text += text.put(each); }
    }
    result.text += text.finish();
    if (on_text && !result.text.empty()) { on_text(result.text); }
    result.contrasts = search.contrasts();
    return result;
}

/// After the first step: keeps what margin() needs of the branches that have run it.
void conversation::note_words(bool contrasted) {
    words_[0] = logits_of_words(*sets_[0][0]);
    for (std::size_t b = 0; contrasted && b < step::branches; ++b) {
        if (step_.contrast.reads(b)) { words_[1 + b] = logits_of_words(*sets_[0][1 + b]); }
    }
}

std::vector<float> conversation::logits_of_words(engine::branch const& of) {
    std::vector<sampling::candidate> words;
    for (std::vector<int> const* ids : {&yes_, &no_}) {
        for (int const id : *ids) { words.push_back({.id = id}); }
    }
    demand(engine_.logits(of, words));
    std::vector<float> logits;
    for (sampling::candidate const& each : words) { logits.push_back(each.logit); }
    return logits;
}

/// The largest contrasted logit of these words.
float conversation::best(std::size_t first, std::size_t last) const {
    float top = causalmm::minus_infinity();
    for (std::size_t i = first; i < last; ++i) {
        std::array<float, step::branches> others{};
        for (std::size_t b = 0; b < step::branches; ++b) {
            others[b] = step_.contrast.reads(b) ? words_[1 + b][i] : words_[0][i];
        }
        top = std::max(top, step_.contrast.contrast(words_[0][i], others));
    }
    return top;
}

void conversation::demand(causalmm::status const& outcome) const {
    if (outcome) { return; }
    engine_.rethrow();
    bool const broken_weights =
        outcome == causalmm::errc::non_finite_factual || outcome == causalmm::errc::non_finite_counterfactual;
    throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model", "logits",
                    outcome.what};
}

}   // namespace llava

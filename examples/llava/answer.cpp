// SPDX-License-Identifier: MIT
#include <llava/answer.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include <causalmm/contrast.hpp>
#include <causalmm/plausibility.hpp>
#include <causalmm/sampling.hpp>
#include <llava/engine.hpp>
#include <llava/io/chat.hpp>
#include <llava/io/error.hpp>
#include <llava/io/preprocess.hpp>
#include <llava/views.hpp>

namespace llava {
namespace {

namespace sampling = causalmm::sampling;

using sampler = sampling::pipeline<sampling::multinomial, sampling::temperature, sampling::top_k, sampling::top_p>;
using step = causalmm::decode::step<causalmm::contrast::linear<2>, causalmm::plausibility::adaptive, sampler>;

double thread_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

step make_step(method const& by) {
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

/// All branches of one question and what they share.
class conversation {
  public:
    conversation(model const& with, method const& by, answer_options const& options, std::span<int const> prompt,
                 std::int64_t capacity, views& seen, scratch& memory)
        : model_{with},
          options_{options},
          prompt_{prompt},
          views_{seen},
          engine_{with.language(), with.pool(), capacity, memory},
          step_{make_step(by)},
          yes_{ids_of(with.tokenizer(), {"yes", "Yes", "YES"})},
          no_{ids_of(with.tokenizer(), {"no", "No", "NO"})} {
        if (by.contrasts() && by.language) {
            language_edit_ = *by.language;
            set_seed(*language_edit_, options.seed);
        }
        beginning what{.sample = options.sample};
        if (language_edit_) { what.fork_layer = first_layer(*language_edit_, with.language().layers()); }
        if (seen.differ()) { what.shared_rows = shared_rows(); }
        sets_.resize(static_cast<std::size_t>(by.beam));
        for (branch_set& each : sets_) {   // the first holds the prompt; a beam search forks it into the others
            bool const first = &each == &sets_.front();
            each[0].emplace(engine_.begin(first ? with.splice(prompt, seen.factual()) : std::vector<float>{}, what));
            for (std::size_t b = 0; b < step::branches; ++b) { each[1 + b] = counterfactual(*each[0], b); }
        }
    }

    answer run(std::function<void(std::string_view)> const& on_text) {
        return std::visit(
            [&](auto const& schedule) {
                return sets_.size() > 1 ? run_beams(schedule, on_text) : run_by(schedule, on_text);
            },
            options_.schedule);
    }

    /// Of a conversation that has run, with wants_margin. What its branches did not compute at the first step it computes now.
    float margin() {
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

  private:
    using branch_set = std::array<std::optional<engine::branch>, 1 + step::branches>;   // factual, vision, language

    /// The branch as it is before its prompt, if the method has it; 0 sees another picture, 1 edits the language model.
    std::optional<engine::branch> counterfactual(engine::branch const& factual, std::size_t which) {
        if (which == 1) {
            return language_edit_ ? std::optional{engine_.fork(factual, *language_edit_)} : std::nullopt;
        }
        if (!views_.differ()) { return std::nullopt; }
        return engine_.beside(factual, [this] {
            std::vector<float> rows = model_.splice(prompt_, views_.counterfactual());
            rows.erase(rows.begin(), rows.begin() + shared_rows() * model_.language().hidden());
            return rows;
        });
    }

    /// The prompt's rows before the picture, which all views have in common. A few are not worth a pass over the weights.
    std::int64_t shared_rows() const {
        auto const rows = std::find(prompt_.begin(), prompt_.end(), model_.config().image_token) - prompt_.begin();
        return rows > linear::skinny_rows ? rows : 0;
    }

    static std::array<engine::branch*, 1 + step::branches> pointers(branch_set& to) {
        std::array<engine::branch*, 1 + step::branches> list{};
        for (std::size_t i = 0; i < list.size(); ++i) { list[i] = to[i] ? &*to[i] : nullptr; }
        return list;
    }

    template <class Schedule>
    answer run_by(Schedule const& schedule, std::function<void(std::string_view)> const& on_text) {
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
    answer run_beams(Schedule const& schedule, std::function<void(std::string_view)> const& on_text) {
        using search_type = causalmm::decode::beam_search<engine, Schedule, step>;
        std::vector<typename search_type::branch_list> sets;
        for (branch_set& each : sets_) { sets.push_back(pointers(each)); }
        auto const longest = static_cast<std::size_t>(options_.max_new_tokens);
        std::vector<sampling::candidate> memory(
            search_type::scratch_size(static_cast<std::size_t>(engine_.vocabulary())));
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
    void note_words(bool contrasted) {
        words_[0] = logits_of_words(*sets_[0][0]);
        for (std::size_t b = 0; contrasted && b < step::branches; ++b) {
            if (step_.contrast.reads(b)) { words_[1 + b] = logits_of_words(*sets_[0][1 + b]); }
        }
    }

    std::vector<float> logits_of_words(engine::branch const& of) {
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
    float best(std::size_t first, std::size_t last) const {
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

    void demand(causalmm::status const& outcome) const {
        if (outcome) { return; }
        engine_.rethrow();
        bool const broken_weights =
            outcome == causalmm::errc::non_finite_factual || outcome == causalmm::errc::non_finite_counterfactual;
        throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model", "logits",
                        outcome.what};
    }

    model const& model_;
    answer_options const& options_;
    std::span<int const> prompt_;
    views& views_;
    engine engine_;
    step step_;
    std::vector<int> yes_, no_;   // ids of the tokens that spell these words
    std::optional<edit> language_edit_;
    std::vector<branch_set> sets_;                               // one a beam
    std::array<std::vector<float>, 1 + step::branches> words_;   // their logits of yes_ and no_ at the first step
};

}   // namespace

answer ask(model const& with, method const& by, io::image const& picture, std::string_view question,
           answer_options const& options, std::function<void(std::string_view)> const& on_text) {
    double const start = thread_seconds();
    check_method(with, by);
    std::vector<int> const prompt = io::prompt_tokens(with.tokenizer(), question);
    auto const rows = static_cast<std::int64_t>(prompt.size()) - 1 + with.image_rows();
    std::int64_t const room = with.language().positions() - rows;
    if (room < 1) {
        throw io::error{
            io::exit_code::usage, "", "prompt",
            std::to_string(rows) + " positions, the model has " + std::to_string(with.language().positions())};
    }
    answer_options limited = options;
    limited.seed = by.seed.value_or(options.seed);
    limited.max_new_tokens = static_cast<int>(std::min<std::int64_t>(options.max_new_tokens, room));
    thread_local scratch memory;
    memory.materialized = options.attention == attention_form::materialized;
    views seen{with, by, io::pixel_values(picture, with.preprocessor()), limited.seed, limited.sample, memory};
    conversation talk{with, by, limited, prompt, rows + limited.max_new_tokens, seen, memory};
    answer result = talk.run(on_text);
    result.seconds = thread_seconds() - start;
    if (options.wants_margin) { result.yes_margin = talk.margin(); }
    return result;
}

}   // namespace llava

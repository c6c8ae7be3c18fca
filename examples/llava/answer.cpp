// SPDX-License-Identifier: MIT
#include <llava/answer.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <optional>
#include <span>
#include <utility>

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
using decoder = causalmm::decode::decoder<engine, causalmm::decode::sequential, step>;

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

float best(std::vector<int> const& ids, step const& how, std::span<float const> factual, step::rows const& others) {
    float top = causalmm::minus_infinity();
    for (int const id : ids) {
        auto const at = static_cast<std::size_t>(id);
        std::array<float, step::branches> counterfactual{};
        for (std::size_t b = 0; b < step::branches; ++b) {
            counterfactual[b] = how.contrast.reads(b) ? others[b][at] : factual[at];
        }
        top = std::max(top, how.contrast.contrast(factual[at], counterfactual));
    }
    return top;
}

/// All branches of one question and what they share.
class conversation {
  public:
    conversation(model const& with, method const& by, answer_options const& options, std::int64_t capacity,
                 scratch& memory)
        : model_{with}, options_{options}, engine_{with, capacity, options.sample, memory}, step_{make_step(by)} {
        if (by.contrasts() && by.language) {
            language_edit_ = *by.language;
            set_seed(*language_edit_, options.seed);
        }
    }

    void start(std::span<int const> prompt, views const& seen) {
        std::int64_t const fork =
            language_edit_ ? first_layer(*language_edit_, model_.language().layers()) : engine::no_fork;
        branches_[0].emplace(engine_.begin(model_.splice(prompt, seen.factual), fork));
        if (seen.counterfactual) {
            branches_[1].emplace(engine_.begin(model_.splice(prompt, *seen.counterfactual), engine::no_fork));
        }
        if (!language_edit_) { return; }
        engine::branch* const factual = &*branches_[0];
        demand(engine_.forward(std::span{&factual, 1}));   // a fork starts where the factual prompt passed
        branches_[2].emplace(engine_.fork(*branches_[0], *language_edit_));
    }

    answer run(std::function<void(std::string_view)> const& on_text) {
        answer result;
        std::vector<sampling::candidate> candidates(static_cast<std::size_t>(engine_.vocabulary()));
        decoder generate{engine_, {}, step_, pointers(), candidates, options_.seed, options_.sample};
        io::tokenizer::stream text{model_.tokenizer()};
        auto const emit = [&](std::string const& piece) {
            result.text += piece;
            if (on_text && !piece.empty()) { on_text(piece); }
        };
        for (int count = 0; count < options_.max_new_tokens; ++count) {
            auto const drawn = generate.next();
            demand(drawn.status);
            if (count == 0) { result.yes_margin = margin(); }
            if (drawn.value == model_.config().eos) { break; }
            result.tokens.push_back(drawn.value);
            bool const has_text = drawn.value < model_.tokenizer().size();   // the rest pads the vocabulary
            if (has_text) { emit(text.put(drawn.value)); }
        }
        emit(text.finish());
        return result;
    }

  private:
    decoder::branch_list pointers() {
        decoder::branch_list list{};
        for (std::size_t i = 0; i < list.size(); ++i) { list[i] = branches_[i] ? &*branches_[i] : nullptr; }
        return list;
    }

    void demand(causalmm::status const& outcome) const {
        if (outcome) { return; }
        engine_.rethrow();
        bool const broken_weights =
            outcome == causalmm::errc::non_finite_factual || outcome == causalmm::errc::non_finite_counterfactual;
        throw io::error{broken_weights ? io::exit_code::bad_data : io::exit_code::internal, "model", "logits",
                        outcome.what};
    }

    float margin() const {
        step::rows others{};
        for (std::size_t b = 0; b < step::branches; ++b) {
            if (branches_[1 + b]) { others[b] = engine_.logits(*branches_[1 + b]); }
        }
        std::vector<int> const yes = ids_of(model_.tokenizer(), {"yes", "Yes", "YES"});
        std::vector<int> const no = ids_of(model_.tokenizer(), {"no", "No", "NO"});
        if (yes.empty() || no.empty()) { return std::numeric_limits<float>::quiet_NaN(); }
        std::span<float const> const factual = engine_.logits(*branches_[0]);
        return best(yes, step_, factual, others) - best(no, step_, factual, others);
    }

    model const& model_;
    answer_options const& options_;
    engine engine_;
    step step_;
    std::optional<edit> language_edit_;
    std::array<std::optional<engine::branch>, 1 + step::branches> branches_;   // factual, vision, language
};

void check_part(char const* key, causalmm::selection::index_set const& chosen, std::int64_t count) {
    std::int64_t const last = chosen.size() == 0 ? 0 : chosen[chosen.size() - 1].end;
    if (count == 0) { throw io::error{io::exit_code::usage, "", "method", std::string{key} + ": the model has none"}; }
    if (last > count && last != std::numeric_limits<std::int64_t>::max()) {
        throw io::error{io::exit_code::usage, "", "method",
                        std::string{key} + " ends at " + std::to_string(last - 1) + ", the model's are 0-" +
                            std::to_string(count - 1)};
    }
}

}   // namespace

void check_method(model const& with, method const& by) {
    if (by.vision) {
        check_part("vision_layers", by.vision->where.layers, with.vision().layers());
        check_part("vision_heads", by.vision->where.heads, with.vision().heads());
    }
    if (by.language) {
        check_part("language_layers", by.language->where.layers, with.language().layers());
        check_part("language_heads", by.language->where.heads, with.language().heads());
    }
    if (by.what == method::kind::released && !with.config().drop_cls) {
        throw io::error{io::exit_code::usage, "", "method",
                        "released gates patches and needs a model without the class token"};
    }
}

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
    limited.max_new_tokens = static_cast<int>(std::min<std::int64_t>(options.max_new_tokens, room));
    thread_local scratch memory;
    views const seen =
        look(with, by, io::pixel_values(picture, with.preprocessor()), options.seed, options.sample, memory);
    conversation talk{with, by, limited, rows + limited.max_new_tokens, memory};
    talk.start(prompt, seen);
    answer result = talk.run(on_text);
    result.seconds = thread_seconds() - start;
    return result;
}

}   // namespace llava

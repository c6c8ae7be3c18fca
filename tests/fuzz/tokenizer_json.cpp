// SPDX-License-Identifier: MIT
#include "fuzz.hpp"
#include "tokenizer_laws.hpp"

namespace {

void run(std::string_view bytes) {
    fuzz::accepts([&] { fuzz::check_words(llava::io::tokenizer::parse(bytes, "tokenizer.json")); });
}

std::string small(std::string const& rules) {
    return R"({"added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":6,"content":"<image>","lstrip":true,)"
           R"("rstrip":true,"normalized":false,"special":false}],)" +
           rules +
           R"(,"model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"vocab":)"
           R"({"<unk>":0,"<s>":1,"<0x41>":2,"\u2581":3,"a":4,"\u2581a":5},"merges":["\u2581 a"]}})";
}

std::vector<std::string> seeds() {
    std::string const start =
        R"("post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},)"
        R"({"Sequence":{"id":"A"}}],"special_tokens":{"<s>":{"ids":[1]}}},)";
    std::string const end =
        R"("decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},)"
        R"({"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]})";
    return {small(start +
                  R"("normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},)"
                  R"({"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},)" +
                  end),
            small(start +
                  R"("pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first",)"
                  R"("split":true},)" +
                  end)};
}

fuzz::target const here("tokenizer_json", run, seeds);

}   // namespace

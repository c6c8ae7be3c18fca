# SPDX-License-Identifier: MIT
# What Doxygen reads in place of a header, line by line: the inline namespace out of the way, a doc block's formula as a block
# of code, its labels as commands (Doxyfile.in defines them), and its characters as they stand.
function plain(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    gsub(/[*#@%|]/, "\\\\&", text)
    return text
}

!/^ *\/\/\// {
    part = ""
    sub(/causalmm::inline CAUSALMM_ABI/, "causalmm")
    print
    next
}
{
    slashes = substr($0, 1, index($0, "///") + 2)
    text = substr($0, length(slashes) + 2)
}
part == "" { part = "summary" }
text == "" && part != "labels" { part = "paragraph" }
part == "paragraph" && text != "" { part = text ~ /^[A-Z][a-z]* [a-z]/ ? "prose" : "formula" }
match(text, /^(shape|units|errors|source)   ?/) {
    part = "labels"
    print slashes " @" substr(text, 1, RLENGTH) plain(substr(text, RLENGTH + 1))
    next
}
part == "formula" && text != "" {
    print slashes "     " text
    next
}
{
    sub(/^ +/, "", text)
    print slashes " " plain(text)
}

// SPDX-License-Identifier: MIT
// The page in a real browser, where one is installed.
#include <evaluation/report/page.hpp>

#include <cstdlib>

#include "catch.hpp"
#include "content_setting.hpp"

namespace report = evaluation::report;
using support::count;

namespace {

std::string chromium() {
    for (std::string const name : {"chromium", "chromium-browser", "google-chrome"}) {
        for (std::string const folder : {"/usr/bin/", "/usr/local/bin/"}) {
            if (std::filesystem::exists(folder + name)) return folder + name;
        }
    }
    return "";
}

// The document after its scripts have run, in a window of 1280 pixels.
std::string dom_of(std::string const& browser, support::temporary_folder const& folder, std::string const& file) {
    std::string const command =
        "timeout 60 " + browser +
        " --headless --no-sandbox --disable-gpu --user-data-dir=" + (folder / "profile").native() +
        " --window-size=1280,900 --virtual-time-budget=3000 --dump-dom file://" + (folder / file).native() + " > " +
        (folder / "dom").native() + " 2> /dev/null";
    CHECK(std::system(command.c_str()) == 0);
    return support::read_file(folder / "dom");
}

std::string with_script(std::string page, std::string const& script) {
    return page.insert(page.rfind("</body>"), "<script>" + script + "</script>");
}

// The value of an expression in the page, shown in a frame of this width: windows are never narrower than 500 pixels, frames are.
double framed(std::string const& browser, support::temporary_folder const& folder, std::string const& page,
              std::string const& value, int width) {
    support::write_file(folder / "page.html", with_script(page, "parent.postMessage(" + value + ", '*');"));
    support::write_file(
        folder / "frame.html",
        "<!DOCTYPE html><html><body><script>onmessage = function (e) { document.title = 'value ' + e.data; };</script>"
        "<iframe src='page.html' style='width:" +
            std::to_string(width) + "px;height:800px;border:0'></iframe></body></html>");
    auto const shown = dom_of(browser, folder, "frame.html");
    auto const at = shown.find("<title>value ");
    REQUIRE(at != std::string::npos);
    return std::stod(shown.substr(at + 13));
}

// Six splits and a method with a long name, as a run over several benchmarks has them.
report::content many_splits() {
    auto of = support::report_content();
    of.methods[1] = "causalmm:vision=identity,language=identity,gamma=1,epsilon=0.1";
    for (std::string const name : {"adversarial", "existence", "HallusionBench", "query_discriminative"}) {
        of.splits.push_back(of.splits[0]);
        of.splits.back().name = name;
    }
    of.summary.rows.clear();
    evaluation::summarize(of.summary, of.methods, of.splits);
    return of;
}

}   // namespace

TEST_CASE("browser: the page stands, its choices work, and it fits a phone", "[evaluation][browser]") {
    auto const browser = chromium();
    if (browser.empty()) {
        WARN("no chromium: the report was not looked at in a browser");
        return;
    }
    support::temporary_folder const folder;
    auto of = support::report_content();
    of.splits[1].replies[2][0].text = "No";   // spoiled by the third method
    auto const page = report::page(of);

    support::write_file(folder / "page.html", page);
    auto const shown = dom_of(browser, folder, "page.html");
    CHECK(count(shown, "<article") == 9);
    CHECK(count(shown, "class=\"sample\" hidden") + count(shown, "hidden=\"\"") == 0);
    CHECK(count(shown, "<svg") == count(page, "<svg"));

    support::write_file(folder / "chosen.html",
                        with_script(page,
                                    "document.getElementById('choose-method').value = '2';"
                                    "document.getElementById('choose-change').value = '2';"
                                    "document.getElementById('choices').dispatchEvent(new Event('change'));"
                                    "document.title = document.getElementById('samples-shown').value;"));
    auto const chosen = dom_of(browser, folder, "chosen.html");
    CHECK_THAT(chosen, Catch::Contains("<title>1</title>"));
    CHECK(count(chosen, "hidden=\"\"") == 8);

    CHECK(framed(browser, folder, page, "document.documentElement.scrollWidth", 360) <= 360);
}

TEST_CASE("browser: many splits fit a phone too", "[evaluation][browser]") {
    auto const browser = chromium();
    if (browser.empty()) {
        WARN("no chromium: the report was not looked at in a browser");
        return;
    }
    support::temporary_folder const folder;
    auto const page = report::page(many_splits());
    CHECK(framed(browser, folder, page, "document.documentElement.scrollWidth", 360) <= 360);
    // Nothing of the overview is cut: its rows end inside the window.
    auto const right =
        "Math.max(...[...document.querySelectorAll('.matrix td, .matrix th')].map(e => "
        "e.getBoundingClientRect().right))";
    CHECK(framed(browser, folder, page, right, 360) <= 360);
}

TEST_CASE("browser: on paper nothing is cut or torn, and what titles say stands there", "[evaluation][browser]") {
    auto const browser = chromium();
    if (browser.empty()) {
        WARN("no chromium: the report was not looked at in a browser");
        return;
    }
    support::temporary_folder const folder;
    auto const page = report::page(many_splits());
    auto const on_paper = [&](std::string const& value, int width) {
        // The rules of paper, taken for those of the screen.
        return framed(
            browser, folder, page,
            "(() => { for (const rule of document.styleSheets[0].cssRules) if (rule.media && rule.media.mediaText "
            "=== 'print') rule.media.mediaText = 'all'; return " +
                value + "; })()",
            width);
    };
    // Between margins of 12 mm a Letter page is 725 pixels wide, and 965 on its side.
    CHECK(on_paper(
              "Math.max(...[...document.querySelectorAll('section:not(#numbers), .matrix')].map(e => e.scrollWidth))",
              725) <= 725);
    CHECK(on_paper("Math.max(...[...document.querySelectorAll('.numbers')].map(e => e.scrollWidth))", 965) <= 965);
    CHECK(on_paper("[...document.querySelectorAll('tr, li, p, .sample, .scroll, .cards > figure')].filter(e => "
                   "getComputedStyle(e).breakInside !== 'avoid').length",
                   725) == 0);
    CHECK(on_paper("[...document.querySelectorAll('h2, h3, p.note')].filter(e => getComputedStyle(e).breakAfter !== "
                   "'avoid').length",
                   725) == 0);
    CHECK(on_paper("document.querySelector('.printed').getBoundingClientRect().height > 0 ? 1 : 0", 725) == 1);
    CHECK(on_paper("document.querySelector('#choices').getBoundingClientRect().height", 725) == 0);
    CHECK(framed(browser, folder, page, "document.querySelector('.printed').getBoundingClientRect().height", 725) == 0);
}

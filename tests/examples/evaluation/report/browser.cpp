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

    // Windows are never narrower than 500 pixels, frames are.
    support::write_file(folder / "page.html",
                        with_script(page, "parent.postMessage(document.documentElement.scrollWidth, '*');"));
    support::write_file(
        folder / "frame.html",
        "<!DOCTYPE html><html><body><script>onmessage = function (e) { document.title = 'wide ' + e.data; };</script>"
        "<iframe src='page.html' style='width:360px;height:800px;border:0'></iframe></body></html>");
    auto const framed = dom_of(browser, folder, "frame.html");
    auto const at = framed.find("<title>wide ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stoi(framed.substr(at + 12)) <= 360);
}

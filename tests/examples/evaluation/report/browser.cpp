// SPDX-License-Identifier: MIT
// The page in a real browser, where one is installed.
#include <evaluation/report/page.hpp>

#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <llava/io/image.hpp>

#include "catch.hpp"
#include "content_setting.hpp"

namespace report = evaluation::report;
using support::count;

namespace {

// Without /dev/shm in a container, and without the kernel's namespaces: the pages are ours.
constexpr char const* headless = " --headless --no-sandbox --disable-gpu --disable-dev-shm-usage ";

// A browser that starts; one that cannot is none.
std::string find_chromium() {
    for (std::string const name : {"chromium", "chromium-browser", "google-chrome"}) {
        for (std::string const folder : {"/usr/bin/", "/usr/local/bin/"}) {
            auto const blank = "timeout 60 " + folder + name + headless + "--dump-dom about:blank > /dev/null 2>&1";
            if (std::filesystem::exists(folder + name) && std::system(blank.c_str()) == 0) return folder + name;
        }
    }
    return "";
}

// Empty, and said, where there is none: ctest takes the words for a test that was skipped.
std::string chromium() {
    static std::string const found = find_chromium();
    if (found.empty()) WARN("no chromium: the report was not looked at in a browser");
    return found;
}

// Runs the browser on a file; what it prints comes into folder/printed.
void browse(std::string const& browser, support::temporary_folder const& folder, std::string const& file,
            std::string const& options) {
    std::string const command = "timeout 60 " + browser + headless +
                                "--user-data-dir=" + (folder / "profile").native() + " --virtual-time-budget=3000 " +
                                options + " file://" + (folder / file).native() + " > " +
                                (folder / "printed").native() + " 2> /dev/null";
    CHECK(std::system(command.c_str()) == 0);
}

// The document after its scripts have run, in a window of 1280 pixels.
std::string dom_of(std::string const& browser, support::temporary_folder const& folder, std::string const& file) {
    browse(browser, folder, file, "--window-size=1280,900 --dump-dom");
    return support::read_file(folder / "printed");
}

// What is painted of a page in a frame of this width, from its upper left corner on.
llava::io::image painted(std::string const& browser, support::temporary_folder const& folder, std::string const& page,
                         int width) {
    support::write_file(folder / "page.html", page);
    support::write_file(folder / "frame.html",
                        "<!DOCTYPE html><html><body style='margin:0'><iframe src='page.html' style='width:" +
                            std::to_string(width) + "px;height:7000px;border:0'></iframe></body></html>");
    auto const file = folder / "painted.png";
    browse(browser, folder, "frame.html", "--window-size=800,7000 --hide-scrollbars --screenshot=" + file.native());
    return llava::io::read_image(file);
}

// The share of a picture's first columns that has this colour, or nearly.
double share_of(llava::io::image const& in, std::array<int, 3> const& colour, int columns) {
    std::size_t count = 0;
    auto const across = static_cast<std::size_t>(in.width), some = static_cast<std::size_t>(columns);
    for (std::size_t at = 0; at < in.rgb.size() / 3; ++at) {
        bool is_near = at % across < some;
        for (std::size_t c = 0; c < 3; ++c) is_near = is_near && std::abs(in.rgb[3 * at + c] - colour[c]) <= 8;
        count += is_near ? 1 : 0;
    }
    return static_cast<double>(count) / (static_cast<double>(columns) * in.height);
}

std::string with_script(std::string page, std::string const& script) {
    return page.insert(page.rfind("</body>"), "<script>" + script + "</script>");
}

// The rules of paper, taken for those of the screen.
std::string as_on_paper(std::string page) {
    return with_script(std::move(page),
                       "for (const rule of document.styleSheets[0].cssRules) "
                       "if (rule.media && rule.media.mediaText === 'print') rule.media.mediaText = 'all';");
}

// The values of expressions in the page, shown in a frame of this width: windows are never narrower than 500 pixels, frames are.
std::vector<double> framed(std::string const& browser, support::temporary_folder const& folder, std::string const& page,
                           std::vector<std::string> const& values, int width) {
    std::string list;
    for (auto const& value : values) list += "Number(" + value + ") + ' ' + ";
    support::write_file(folder / "page.html", with_script(page, "parent.postMessage(" + list + "'.', '*');"));
    support::write_file(
        folder / "frame.html",
        "<!DOCTYPE html><html><body><script>onmessage = function (e) { document.title = 'value ' + e.data; };</script>"
        "<iframe src='page.html' style='width:" +
            std::to_string(width) + "px;height:800px;border:0'></iframe></body></html>");
    auto const shown = dom_of(browser, folder, "frame.html");
    auto const at = shown.find("<title>value ");
    REQUIRE(at != std::string::npos);
    std::istringstream numbers(shown.substr(at + 13));
    std::vector<double> found(values.size(), NAN);
    for (double& each : found) numbers >> each;
    return found;
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

TEST_CASE("browser: the page stands, its choices work, and it fits a phone", "[evaluation][.browser]") {
    auto const browser = chromium();
    if (browser.empty()) return;
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

    CHECK(framed(browser, folder, page, {"document.documentElement.scrollWidth"}, 360)[0] <= 360);
}

TEST_CASE("browser: many splits fit a phone too", "[evaluation][.browser]") {
    auto const browser = chromium();
    if (browser.empty()) return;
    support::temporary_folder const folder;
    auto const found =
        framed(browser, folder, report::page(many_splits()),
               {"document.documentElement.scrollWidth",
                "Math.max(...[...document.querySelectorAll('.matrix td, .matrix th')].map(e => "
                "e.getBoundingClientRect().right))",
                "Math.min(...[...document.querySelectorAll('body *')].filter(e => e.textContent.trim() && "
                "!e.children.length && "
                "e.getBoundingClientRect().height > 0).map(e => parseFloat(getComputedStyle(e).fontSize)))",
                "Math.min(...[...document.querySelectorAll('svg text')].map(e => e.getBoundingClientRect().height))"},
               360);
    CHECK(found[0] <= 360);
    CHECK(found[1] <= 360);   // nothing of the overview is cut: its rows end inside the window
    CHECK(found[2] >= 10);    // pixels; no text is smaller, nor does a drawing that is scaled down make it so
    CHECK(found[3] >= 8);     // as high as this font draws it
}

TEST_CASE("browser: on paper nothing is cut or torn, and what titles say stands there", "[evaluation][.browser]") {
    auto const browser = chromium();
    if (browser.empty()) return;
    support::temporary_folder const folder;
    auto const page = report::page(many_splits());
    auto const on_paper = as_on_paper(page);
    // Between margins of 12 mm a Letter page is 725 pixels wide, and 965 on its side.
    auto const found =
        framed(browser, folder, on_paper,
               {"Math.max(...[...document.querySelectorAll('section:not(#numbers), .matrix')].map(e => e.scrollWidth))",
                "[...document.querySelectorAll('tr, li, p, .sample, .scroll, .cards > figure')].filter(e => "
                "getComputedStyle(e).breakInside !== 'avoid').length",
                "[...document.querySelectorAll('h2, h3, p.note')].filter(e => getComputedStyle(e).breakAfter !== "
                "'avoid').length",
                "document.querySelector('.printed').getBoundingClientRect().height",
                "document.querySelector('#choices').getBoundingClientRect().height"},
               725);
    CHECK(found[0] <= 725);
    CHECK(found[1] == 0);
    CHECK(found[2] == 0);
    CHECK(found[3] > 0);
    CHECK(found[4] == 0);
    auto const wide = "Math.max(...[...document.querySelectorAll('.numbers')].map(e => e.scrollWidth))";
    CHECK(framed(browser, folder, on_paper, {wide}, 965)[0] <= 965);
    auto const printed = "document.querySelector('.printed').getBoundingClientRect().height";
    CHECK(framed(browser, folder, page, {printed}, 725)[0] == 0);

    browse(browser, folder, "page.html", "--print-to-pdf=" + (folder / "page.pdf").native());
    auto const pdf = support::read_file(folder / "page.pdf");
    CHECK(pdf.starts_with("%PDF-"));
    CHECK(count(pdf, "/MediaBox [0 0 612 792]") > 0);
    CHECK(count(pdf, "/MediaBox [0 0 792 612]") > 0);   // the wide tables lie on their side
}

// Measured: text covers 0.9 to 1.6 % of either, bars 0.6 to 1.1 %; 58 % of the phone are white, the rest is mostly the ground of cards.
TEST_CASE("browser: what is painted on a phone and on paper is text, verdicts and bars on a plain ground",
          "[evaluation][.browser]") {
    auto const browser = chromium();
    if (browser.empty()) return;
    support::temporary_folder const folder;
    auto const page = report::page(many_splits());
    auto const check = [&](std::string const& shown, int width, std::array<int, 3> const& ink) {
        auto const picture = painted(browser, folder, shown, width);
        REQUIRE(picture.width >= width);
        auto const share = [&](std::array<int, 3> const& colour) { return share_of(picture, colour, width); };
        INFO(width << " pixels wide: ink " << share(ink) << ", bars " << share({0, 0x72, 0xb2}));
        CHECK(share({255, 255, 255}) > 0.4);
        CHECK(share(ink) > 0.005);
        CHECK(share({0, 0x72, 0xb2}) > 0.003);   // "yes, right"
        CHECK(share({0xb0, 0x74, 0}) > 0);       // "bias gain"
    };
    check(page, 360, {0x1b, 0x1f, 0x24});
    check(as_on_paper(page), 725, {0, 0, 0});
}

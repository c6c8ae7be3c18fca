// SPDX-License-Identifier: MIT
#include <evaluation/report/style.hpp>

namespace evaluation::report {

std::string_view style_sheet() {
    return R"(
:root { --ink: #1b1f24; --soft: #59626d; --paper: #ffffff; --card: #f6f7f9; --rule: #d5dae0; --yes: #0072b2; --no: #d55e00;
  --gain: #007a59; --bias: #b07400; --loss: #c04a00; --none: #6b7480; --yes-wrong: #8cc3e3; --no-wrong: #f3b98a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a4adb8; --paper: #14171b; --card: #1e2329; --rule: #363d46;
  --yes: #56b4e9; --no: #f08a3c; --gain: #2fc79b; --bias: #e6a52c; --loss: #f08a3c; --none: #9aa4b0; --yes-wrong: #2b5d7c; --no-wrong: #7d4a22; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 1240px; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .2em 0; }
h2 { font-size: 1.2rem; margin: 2em 0 .3em; padding-top: .4em; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1em 0 .2em; }
p, ul { margin: .3em 0 .8em; }
ul { padding-left: 1.2em; }
p, li { max-width: 78ch; }
code { font-size: .85em; color: var(--soft); overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: .6em 0; }
a { color: var(--yes); }
.note, figcaption, .legend { font-size: .85rem; color: var(--soft); }
.lead { font-size: 1.05rem; }
.methods { list-style: none; padding: 0; columns: 2 420px; column-gap: 24px; margin-top: 1em; font-size: .85rem; }
.methods li { margin: .15em 0; max-width: none; }
span.badge, td.badge { display: inline-block; min-width: 1.5em; text-align: center; font-size: .78rem; line-height: 1.5; font-weight: 600;
  border: 1px solid var(--rule); border-radius: 1em; background: var(--card); color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 14px; }
figure { margin: 0; }
.cards > figure { display: flex; flex-direction: column; justify-content: space-between; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px; break-inside: avoid; }
.cards > figure > figcaption { margin-bottom: 4px; }
.cards h3 { margin-top: 0; }
.cards li { font-size: .9rem; }
.cards strong { color: var(--ink); font-size: .95rem; }
svg { display: block; width: 100%; max-width: 460px; height: auto; margin: 0 auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .tick { fill: var(--soft); font-size: 10px; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--rule); stroke-width: .7; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .zero { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 2; }
svg .truth { stroke: var(--ink); stroke-width: 2; }
svg .range { stroke-width: 3; stroke-linecap: round; }
svg .range.thin { stroke-width: 1.2; stroke: var(--soft); }
svg .dot.thin { fill: var(--paper); stroke: var(--soft); stroke-width: 1.2; }
svg .verdict { font-weight: 600; } svg .verdict.mark { font-size: 13px; }
svg line.gain { stroke: var(--gain); } svg circle.gain, svg text.gain { fill: var(--gain); }
svg line.bias { stroke: var(--bias); } svg circle.bias, svg text.bias { fill: var(--bias); }
svg line.loss { stroke: var(--loss); } svg circle.loss, svg text.loss { fill: var(--loss); }
svg line.none { stroke: var(--none); } svg circle.none, svg text.none { fill: var(--none); }
svg circle.badge { stroke: var(--card); stroke-width: 1.5; }
svg .number { fill: var(--paper); font-size: 10px; font-weight: 700; }
svg .yes { fill: var(--yes); } svg .no { fill: var(--no); } svg .unread { fill: var(--none); }
svg .yes.wrong { fill: var(--yes-wrong); } svg .no.wrong { fill: var(--no-wrong); }
svg .step { fill-opacity: .28; stroke-width: 1.4; } svg .step.yes { stroke: var(--yes); } svg .step.no { stroke: var(--no); stroke-dasharray: 4 1.5; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 .8em; vertical-align: -1px; }
.key.yes { background: var(--yes); } .key.no { background: var(--no); } .key.yes-wrong { background: var(--yes-wrong); }
.key.no-wrong { background: var(--no-wrong); } .key.unread { background: var(--none); }
table { border-collapse: collapse; }
th { text-align: left; font-weight: 600; }
.matrix { width: 100%; max-width: 900px; }
.matrix th, .matrix td { padding: 5px 8px; border-bottom: 1px solid var(--rule); }
.matrix .size { display: inline-block; min-width: 2.8em; text-align: right; font-variant-numeric: tabular-nums; }
.matrix td { white-space: nowrap; }
.chip { font-size: .8rem; font-weight: 600; white-space: nowrap; }
.chip.gain { color: var(--gain); } .chip.bias { color: var(--bias); } .chip.loss { color: var(--loss); } .chip.none { color: var(--none); font-weight: 400; }
.scroll { overflow-x: auto; margin-bottom: 1em; }
.numbers { font-size: .82rem; font-variant-numeric: tabular-nums; }
.numbers th, .numbers td { padding: 3px 7px; border-bottom: 1px solid var(--rule); white-space: nowrap; text-align: right; }
.numbers th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 14px; }
.sample { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px; break-inside: avoid; }
.sample[hidden] { display: none; }
.sample h3 { margin: .5em 0 .1em; }
.pictures { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-start; }
.pictures figure { flex: 1 1 90px; max-width: 200px; text-align: center; }
.pictures p { flex-basis: 100%; margin: 0; }
.pictures img { width: 100%; display: block; border-radius: 4px; }
.pictures .missing { border: 1px dashed var(--rule); border-radius: 4px; padding: 1.5em 4px; font-size: .85rem; color: var(--soft); }
.stack { position: relative; display: block; }
.stack img:first-child { filter: grayscale(1); }
.stack .heat { position: absolute; left: 0; top: 0; height: 100%; image-rendering: pixelated; }
.answers { width: 100%; font-size: .82rem; }
.answers td:nth-child(1) { white-space: nowrap; }
.answers td { padding: 2px 5px; vertical-align: top; border-top: 1px solid var(--rule); }
.answers .badge { border: 0; border-top: 1px solid var(--rule); border-radius: 0; background: none; display: table-cell; }
.answers .answer { overflow-wrap: anywhere; min-width: 3.6em; font-weight: 600; } .answers td.answer { width: 100%; }
.answers .figure { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
.answers .mark { white-space: nowrap; }
.answers .right .mark { color: var(--gain); } .answers .wrong .mark { color: var(--loss); font-weight: 600; }
#choices { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: baseline; margin-bottom: 10px; }
#choices[hidden] { display: none; }
#choices label { max-width: 100%; }
select { font: inherit; max-width: 100%; }
@media (max-width: 620px) {
  body { padding: 10px; }
  .matrix thead { display: none; }
  .matrix td::before { content: attr(data-split); display: block; font-size: .78rem; color: var(--soft); overflow: hidden; text-overflow: ellipsis; }
  .matrix tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6em, 1fr)); border-bottom: 1px solid var(--rule); padding: 4px 0; }
  .matrix tbody th { grid-column: 1 / -1; }
  .matrix th, .matrix td { border: 0; padding: 1px 4px; min-width: 0; overflow-wrap: anywhere; }
  .matrix .size { min-width: 0; font-weight: 600; }
  .matrix .chip { display: block; }
  .numbers th:first-child { white-space: normal; min-width: 9em; }
}
.printed { display: none; }
@page { margin: 12mm; }
@page wide { size: landscape; margin: 12mm; }
@media print {
  :root { --ink: #000; --paper: #fff; --card: #fff; --soft: #444; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, #choices { display: none; }
  h2, h3, .note { break-after: avoid; }
  tr, li, p { break-inside: avoid; }
  .printed { display: block; }
  #numbers { page: wide; }
  .cards, .samples { grid-template-columns: repeat(2, 1fr); }
  .answers { font-size: 7pt; } .pictures figure { max-width: 110px; }
  .scroll { overflow: visible; break-inside: avoid; }
  .matrix { max-width: none; table-layout: fixed; font-size: 8pt; } .matrix td { white-space: normal; } .matrix th { overflow-wrap: anywhere; }
  .matrix .size { min-width: 0; } .matrix .chip { display: block; font-size: 7pt; }
  .numbers { font-size: 7pt; } .numbers th, .numbers td { padding: 1px 4px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";
}

// Written without the characters that XML would read: no less-than, no ampersand.
std::string_view script() {
    return R"(
(function () {
  var form = document.getElementById("choices");
  if (!form) return;
  var value = function (id) { return document.getElementById(id).value; };
  var show = function () {
    var count = 0;
    document.querySelectorAll(".sample").forEach(function (card) {
      var split = value("choose-split"), method = Number(value("choose-method")), change = value("choose-change");
      var kinds = change === "0" ? ["corrected", "spoiled"] : change === "1" ? ["corrected"] : ["spoiled"];
      var changed = kinds.some(function (kind) {
        return method ? card.dataset[kind].includes(" " + (method + 1) + " ") : card.dataset[kind].trim() !== "";
      });
      var free = change === "0" ? method === 0 : false;
      var fits = [split === "0" || Number(split) === Number(card.dataset.split) + 1, free || changed].every(Boolean);
      card.hidden = !fits;
      count += fits ? 1 : 0;
    });
    document.getElementById("samples-shown").value = count;
  };
  form.hidden = false;
  form.addEventListener("change", show);
  show();
})();
)";
}

}   // namespace evaluation::report

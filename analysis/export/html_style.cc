#include "analysis/export/html_report.h"

namespace headroom::report {

const char* HtmlStyle() {
  return R"css(
:root{--page:#fff;--panel:#f6f7f9;--text:#1a1d21;--soft:#5b626b;--grid:#dfe2e6;--accent:#2f6feb;--ok:#1f7a45;--near:#946200;--over:#c92f2f;--off:#6d757e;
--s1:#0072b2;--s2:#e69f00;--s3:#009e73;--s4:#cc79a7;--s5:#56b4e9;--s6:#d55e00;--s7:#7a6f00;--s8:#888;
--n1:#0072b2;--n2:#8a5f00;--n3:#007a59;--n4:#a3487b;--n5:#1a76a8;--n6:#b04e00;--n7:#6b6100;--n8:#666}
@media (prefers-color-scheme:dark){:root{--page:#15181c;--panel:#1d2126;--text:#e6e8eb;--soft:#9aa2ac;--grid:#343a42;--accent:#6ea0ff;--ok:#4cc37f;--near:#e0a030;--over:#ff7a7a;--off:#9aa2ac;
--s1:#3d9bd6;--s7:#f0e442;--s8:#999;--n1:#56aee3;--n2:#e69f00;--n3:#2bc79b;--n4:#e095bd;--n5:#7cc7ef;--n6:#f08038;--n7:#f0e442;--n8:#aaa}}
@media print{:root{--page:#fff;--panel:#fff;--text:#000;--soft:#444;--grid:#ccc}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:13px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:22px;line-height:1.25;margin:0 0 4px;font-weight:600}
h2{font-size:15px;margin:36px 0 12px;font-weight:600}
p{margin:0 0 8px}.soft,.u{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(152px,1fr));gap:8px;margin:0 0 8px}
.card{background:var(--panel);border:1px solid var(--grid);border-radius:4px;padding:8px 12px}
.card b{display:block;font-size:20px;line-height:1.3;font-weight:600;white-space:nowrap}.card span.n{color:var(--soft)}
.group{font-weight:600;margin:16px 0 8px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:16px}
figure{margin:0;background:var(--panel);border:1px solid var(--grid);border-radius:4px;padding:12px;min-width:0;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:8px}figcaption .u{font-weight:400}
svg{display:block;width:100%;height:auto}svg.bar{height:16px}svg.plan{max-height:230px}.pale{opacity:.4}
.g{stroke:var(--grid);stroke-width:1;fill:none}.t{font-size:11.5px;fill:var(--soft)}.e{text-anchor:end}.m{text-anchor:middle}
.l{fill:none;stroke-width:1.6;stroke-linejoin:round}.b{opacity:.18;stroke:none}
.j{opacity:.8;stroke:var(--panel);stroke-width:.3}.mark{stroke:var(--over);stroke-width:1;stroke-dasharray:3 2;fill:none}
.limit{stroke:var(--over);stroke-width:1.2;stroke-dasharray:5 3;fill:none}.over.t{fill:var(--over)}
.k1{stroke:var(--s1)}.k2{stroke:var(--s2)}.k3{stroke:var(--s3)}.k4{stroke:var(--s4)}.k5{stroke:var(--s5)}.k6{stroke:var(--s6)}.k7{stroke:var(--s7)}.k8{stroke:var(--s8)}
.c1{fill:var(--n1)}.c2{fill:var(--n2)}.c3{fill:var(--n3)}.c4{fill:var(--n4)}.c5{fill:var(--n5)}.c6{fill:var(--n6)}.c7{fill:var(--n7)}.c8{fill:var(--n8)}
.r1{fill:var(--s1)}.r2{fill:var(--s2)}.r3{fill:var(--s3)}.r4{fill:var(--s4)}.r5{fill:var(--s5)}.r6{fill:var(--s6)}.r7{fill:var(--s7)}.r8{fill:var(--s8)}
.f1{background:var(--s1)}.f2{background:var(--s2)}.f3{background:var(--s3)}.f4{background:var(--s4)}.f5{background:var(--s5)}.f6{background:var(--s6)}.f7{background:var(--s7)}.f8{background:var(--s8)}
i[class^=f]{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.legend{margin:8px 0 0}.legend span{display:inline-block;margin-right:12px}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:400;padding:3px 8px 3px 0}td{text-align:right;padding:3px 0 3px 8px;white-space:nowrap}
tr+tr>*{border-top:1px solid var(--grid)}td.w{text-align:left;white-space:normal}
.parts{margin-top:8px}.ok{color:var(--ok)}.near{color:var(--near)}.over{color:var(--over)}.off{color:var(--off)}
.columns{columns:2 420px;column-gap:32px}.columns section{break-inside:avoid;margin-bottom:20px}.columns h3{font-size:13px;margin:0 0 4px}
details{border:1px solid var(--grid);border-radius:4px;margin-top:12px}summary{cursor:pointer;padding:8px 12px;color:var(--accent)}
pre{font:12px/1.45 ui-monospace,"DejaVu Sans Mono",monospace;margin:0;padding:0 12px 12px;overflow-x:auto}code{font:12px ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
@media print{main{max-width:none;padding:0}details{display:none}.figures{grid-template-columns:1fr 1fr}body{font-size:11px}}
)css";
}

}  // namespace headroom::report

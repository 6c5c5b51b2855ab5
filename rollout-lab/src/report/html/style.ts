/**
 * The look of every page: light and dark by the reader's choice, on paper always light. The colours
 * of the series are those of Okabe and Ito (2008), which the colour-blind tell apart too.
 */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;--line:#d1d9e0;--soft:#f3f5f8;
--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#8a5fa8;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;
--soft:#161b22;--s0:#56b4e9;--s1:#f0923b;--s2:#2fc39a;--s3:#c8a2e0;--good:#3fb950;--bad:#ff7b72;--warn:#d29922}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
p{margin:.5rem 0}.dim{color:var(--dim);font-size:.9rem}
.verdict{border-left:.4rem solid var(--tone);background:var(--soft);padding:.8rem 1rem;margin:0 0 1rem}
.verdict b{color:var(--tone)}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warn{--tone:var(--warn)}
b.good,b.bad,b.warn,td.good,td.bad,td.warn{color:var(--tone)}
.scroll{overflow-x:auto;margin:.5rem 0}
.scroll:focus-visible{outline:2px solid var(--s0)}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
thead th{color:var(--dim);font-weight:600}tbody th{font-weight:500}
td small{display:block;color:var(--dim)}b.n{white-space:nowrap}
.wide table{min-width:50rem}
@media (max-width:30rem){th,td{padding:.3rem .35rem}}
code,pre{font:.88rem/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.7rem .9rem;white-space:pre-wrap;margin:.5rem 0}
svg{display:block;width:100%;min-width:40rem;height:auto}
svg text{fill:var(--fg);font:12px system-ui,sans-serif}svg .dim{fill:var(--dim);font-size:12px}
svg .axis{stroke:var(--line);fill:none}svg .curve{fill:none;stroke-width:2.2}
ul.key{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.4rem 0;font-size:.9rem}
ul.key svg{display:inline-block;width:1.8rem;min-width:0;height:.8rem;vertical-align:middle;margin-right:.4rem}
ol.steps{columns:20rem;font-size:.9rem;padding-left:1.8rem;margin:.4rem 0}
figure{margin:0}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--dim:#444;--line:#bbb;--soft:#f5f5f5;
--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#8a5fa8;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700}
body{max-width:none;font-size:11pt;padding:0}svg,.wide table{min-width:0}.scroll{overflow:visible}
h2,h3{break-after:avoid}figure,tr,.verdict{break-inside:avoid}}
`;

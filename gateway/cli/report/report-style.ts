/** Readable on A4 in black and white, and on a phone. No fonts, pictures or scripts from anywhere. */
export const REPORT_STYLE = `
:root { --line: #999; --soft: #f1f1f1; }
* { box-sizing: border-box; }
body { font: 14px/1.4 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #111; background: #fff; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; text-align: center; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; border-bottom: 2px solid #111; break-after: avoid; }
p { margin: .3rem 0; }
.made { text-align: center; margin-bottom: 1rem; }
.open { border: 2px solid #111; padding: .2rem .8rem .6rem; margin-top: 1rem; }
.open h2 { border: 0; margin: .4rem 0; }
.open li { margin: .2rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92em; }
th, td { border: 1px solid var(--line); padding: .2rem .4rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { background: var(--soft); }
.facts th { white-space: nowrap; }
.facts td { overflow-wrap: anywhere; }
.scroll table { min-width: 42rem; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.number { text-align: right; white-space: nowrap; }
td.value { text-align: right; }
td.time { white-space: nowrap; }
td.reference { min-width: 6rem; }
.bad { font-weight: bold; text-decoration: underline; }
.quiet { color: #444; font-size: .9em; overflow-wrap: anywhere; }
.verdict { font-weight: bold; }
section { break-inside: avoid; }
.signatures { display: flex; gap: 2rem; margin-top: 1rem; break-inside: avoid; text-align: center; }
.signatures > div { flex: 1; min-height: 9rem; }
@media (max-width: 40rem) { body { padding: .5rem; } .signatures { gap: 1rem; } }
@page { size: A4; margin: 15mm 12mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } .scroll { overflow: visible; } .scroll table { min-width: 0; } }
`;

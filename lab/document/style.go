package document

// style is what all files share: the classes of text styles, tables that scroll by
// themselves, light and dark, and paper.
const style = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.dim { opacity: .7; } .strong { font-weight: 600; }
.good { color: light-dark(#137333, #81c995); } .bad { color: light-dark(#b3261e, #f2a29b); }
.open { color: light-dark(#8a5a00, #f0c060); }
@media print { body { max-width: none; } }
`

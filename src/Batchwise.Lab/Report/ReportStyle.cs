namespace Batchwise.Lab;

/// <summary>The report's style sheet: light and dark, narrow and wide, on paper.</summary>
static class ReportStyle
{
    // The paper is that of the drawings.
    public const string Text = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--muted:#57606a;--line:#d0d7de;--soft:#f5f7f9;--link:#0b5cad;--accent:#1f6fc4;--flag:#a33a00;--flag-soft:#fff3ea}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e9ed;--muted:#a5aeb8;--line:#3a424b;--soft:#1e2329;--link:#7cb8f7;--accent:#6cb0f5;--flag:#ffab70;--flag-soft:#2c2018}}
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:break-word}
        a{color:var(--link)}
        a:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        .skip{position:absolute;left:-99rem}
        .skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
        .page{max-width:54rem;margin:0 auto;padding:1.5rem 1.1rem 4rem}
        main{min-width:0}
        .side{display:none}
        h1{font-size:2.1rem;line-height:1.15;margin:.5rem 0 .6rem}
        h2{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
        h3{font-size:1.05rem;margin:1.6rem 0 .3rem}
        p,ul,dl{margin:.4rem 0 .8rem}
        .lead{font-size:1.12rem;max-width:44rem}
        .data{list-style:none;padding:0;color:var(--muted)}
        .data strong{color:var(--ink)}
        .data .flag,.flag{display:inline-block;color:var(--flag);border:1px solid currentColor;border-radius:.25rem;padding:0 .35rem;font-size:.86rem;line-height:1.4}
        .warning{background:var(--flag-soft);border-left:4px solid var(--flag);padding:.5rem .8rem;border-radius:0 .3rem .3rem 0}
        .contents{border-top:1px solid var(--line);margin-top:1.8rem;padding-top:1.4rem}
        .contents ol{padding-left:1.6rem;margin:.6rem 0 0}
        .contents li{margin-bottom:1rem}
        .contents .answer{border:0;background:none;padding:0;margin:.15rem 0 0;font-size:1rem}
        .contents li>a{font-weight:600}
        section{border-top:1px solid var(--line);margin-top:2.6rem;padding-top:1.8rem;scroll-margin-top:.5rem}
        .question{font-size:1.12rem;color:var(--muted);margin:0 0 .7rem}
        .answer{background:var(--soft);border-left:4px solid var(--accent);padding:.7rem 1rem;border-radius:0 .3rem .3rem 0;font-size:1.06rem}
        .answer.none{border-left-color:var(--line);color:var(--muted)}
        figure{margin:1.6rem 0}
        figcaption{color:var(--muted);font-size:.93rem;margin-top:.5rem}
        figcaption strong,caption{color:var(--ink)}
        .scroll{overflow-x:auto;max-width:100%}
        .drawing svg{display:block;width:100%;min-width:34rem;height:auto}
        table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums;margin:.2rem 0}
        caption{text-align:left;font-weight:600;padding:1rem 0 .4rem;font-size:1rem}
        th,td{padding:.32rem .7rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
        th{border-bottom:2px solid var(--line);vertical-align:bottom;line-height:1.3}
        td{white-space:nowrap}
        td:first-child{white-space:normal;min-width:7rem}
        .number{text-align:right}
        th.number{min-width:5.2rem}
        tbody tr:hover{background:var(--soft)}
        th button{all:unset;cursor:pointer;font:inherit;font-weight:600;text-align:inherit}
        th button:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
        th button::after{content:"\2195";color:var(--muted);font-weight:400;padding-left:.3em}
        th[aria-sort=ascending] button::after{content:"\2191";color:var(--ink)}
        th[aria-sort=descending] button::after{content:"\2193";color:var(--ink)}
        .note{color:var(--muted);font-size:.93rem}
        .compare{display:grid;grid-template-columns:1fr 1fr;gap:0 1.8rem}
        .facts{display:grid;grid-template-columns:minmax(5.5rem,max-content) 1fr;gap:.25rem 1.2rem;font-size:.95rem}
        .facts dt{color:var(--muted);max-width:16rem}
        .facts dd{margin:0;min-width:0}
        .command{position:relative;display:flex;gap:.6rem;align-items:center;background:var(--soft);border:1px solid var(--line);border-radius:.3rem;padding:.5rem .7rem;margin:.7rem 0}
        .command code{flex:1;min-width:0;overflow-x:auto;white-space:pre;font:.9rem/1.5 ui-monospace,SFMono-Regular,Consolas,"DejaVu Sans Mono",monospace;user-select:all}
        .command button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:.3rem;padding:.15rem .6rem;cursor:pointer}
        .up{font-size:.93rem}
        @media (max-width:38rem){.compare{grid-template-columns:1fr}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.5rem}h1{font-size:1.75rem}}
        @media (min-width:78rem){.page{max-width:76rem;display:grid;grid-template-columns:14rem minmax(0,54rem);gap:0 4rem;justify-content:center}.side{display:block;position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto;font-size:.93rem;border-right:1px solid var(--line);padding-right:1rem}.side ol{padding-left:1.4rem;margin:.8rem 0}.side li{margin-bottom:.5rem}.side a{text-decoration:none}.side a:hover{text-decoration:underline}}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        @media print{.skip,.side,.up,.command button,th button::after{display:none}.page{display:block;max-width:none;padding:0}body{font-size:10.5pt}figure,table,.answer,.compare,.command{break-inside:avoid}h2,h3,caption{break-after:avoid}.scroll{overflow:visible}.drawing svg{min-width:0}.command code{white-space:pre-wrap}td{white-space:normal}}

        """;
}

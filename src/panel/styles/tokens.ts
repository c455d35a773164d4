/** Colours and sizes. Text on each surface has a contrast of 4.5 or more, marks of 3 or more. */
export const tokens: string = `
  :host {
    --accent: var(--sectorcache-accent, light-dark(#0f766e, #4fd1c1));
    --on-accent: light-dark(#fff, #04211e);
    --text: light-dark(#16201f, #e6eceb);
    --quiet: light-dark(#55625f, #9dabaa);
    --surface: light-dark(#fff, #161d1d);
    --sunken: light-dark(#f0f3f2, #0f1515);
    --line: light-dark(#dbe2e0, #2a3434);
    --edge: light-dark(#83918e, #6c7b79);
    --danger: light-dark(#b42318, #ff8a7a);
    --partial: light-dark(#3f7fb5, #79b4e6);
    --miss: light-dark(#a85a10, #f0b357);
    --heat: light-dark(#ffd27a, #5b2b00);
    accent-color: var(--accent);
    background: var(--surface);
    color: var(--text);
    container-type: inline-size;
    display: block;
    font: 15px/1.5 system-ui, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) {
    display: none;
  }
  code {
    font-family: ui-monospace, monospace;
    font-size: 0.875em;
  }
`

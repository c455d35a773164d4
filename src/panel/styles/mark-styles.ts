/** Canvases, bars and signs. A canvas takes its colours from properties that it has no other use for. */
export const markStyles: string = `
  canvas {
    -webkit-text-fill-color: var(--heat);
    caret-color: var(--miss);
    color: var(--accent);
    column-rule-color: var(--danger);
    display: block;
    forced-color-adjust: none;
    outline-color: color-mix(in srgb, var(--edge) 45%, var(--surface));
    text-decoration-color: var(--text);
    width: 100%;
  }
  .bar, .spark {
    background: var(--sunken);
    border-radius: 4px;
    box-shadow: 0 0 0 1px var(--line);
    height: 1.5rem;
  }
  .spark {
    height: 6rem;
  }
  .grid {
    cursor: crosshair;
    overflow: hidden auto;
    position: relative;
    touch-action: pan-y;
  }
  .grid canvas {
    inset-block-start: 0;
    position: sticky;
  }
  .hit {
    color: var(--accent);
  }
  .partial {
    color: var(--partial);
  }
  .miss {
    color: var(--miss);
  }
  .bypass {
    color: var(--edge);
  }
  .error {
    color: var(--danger);
  }
  .legend {
    gap: 0.25rem 1rem;
  }
  .legend li {
    gap: 0.25rem;
  }
  .legend b {
    color: var(--text);
  }
  .sign {
    border-radius: 2px;
    display: inline-block;
    height: 0.75rem;
    margin-inline-end: 0.25rem;
    width: 0.75rem;
  }
  i {
    background: currentColor;
    forced-color-adjust: none;
  }
  .state {
    border: 1px solid var(--line);
    border-radius: 999px;
    color: var(--quiet);
    font-size: 0.75rem;
    padding: 0 0.5rem;
  }
  .state.active {
    border-color: var(--accent);
    color: var(--accent);
  }
  .state.waiting {
    border-color: var(--miss);
    color: var(--miss);
  }
`

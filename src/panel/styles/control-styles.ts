/** What can be pressed, dragged or typed into, and the dialog. */
export const controlStyles: string = `
  button, select, input {
    background: transparent;
    border: 1px solid var(--edge);
    border-radius: 8px;
    color: inherit;
    font: inherit;
    font-size: 0.875rem;
    line-height: 1.25rem;
    min-height: 2rem;
    padding: 0.25rem 0.625rem;
  }
  button {
    cursor: pointer;
    font-weight: 500;
    position: relative;
  }
  select, input {
    background: var(--surface);
    max-width: 14rem;
  }
  input[type='checkbox'] {
    height: 1.5rem;
    margin: 0;
    min-height: 0;
    vertical-align: middle;
    width: 1.5rem;
  }
  input[type='range'] {
    display: block;
    margin: 0;
    max-width: none;
    padding: 0;
    width: 100%;
  }
  button:hover {
    background: color-mix(in srgb, currentColor 8%, transparent);
  }
  .primary, .primary:hover {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.danger {
    border-color: currentColor;
    color: var(--danger);
  }
  button[aria-disabled] {
    background: transparent;
    border-color: var(--line);
    color: var(--quiet);
    cursor: default;
  }
  [role='tab'] {
    border: 0;
    border-block-end: 2px solid transparent;
    border-radius: 0;
    color: var(--quiet);
    min-height: 2.5rem;
  }
  [aria-selected='true'] {
    border-color: var(--accent);
    color: var(--text);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  [role='tab']:focus-visible, .grid:focus-visible {
    outline-offset: -2px;
  }
  summary {
    cursor: pointer;
    min-height: 1.5rem;
    width: fit-content;
  }
  li button {
    margin-inline-start: auto;
  }
  progress, meter {
    display: block;
    height: 0.75rem;
    width: 100%;
  }
  dialog {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: 16px;
    color: inherit;
    max-width: min(28rem, 90vw);
    padding: 1.5rem;
  }
  dialog form {
    display: grid;
    gap: 0.75rem;
  }
`

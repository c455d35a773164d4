import { css } from 'lit'
import type { CSSResult } from 'lit'

/** Buttons, bars with a value, and the dialog. */
export const controlStyles: CSSResult = css`
  button {
    background: transparent;
    border: 1px solid var(--edge);
    border-radius: 8px;
    color: inherit;
    cursor: pointer;
    font: inherit;
    font-size: 0.875rem;
    font-weight: 500;
    line-height: 1.25rem;
    min-height: 2rem;
    padding: 0.3125rem 0.75rem;
    position: relative;
    transition: background-color 120ms;
  }

  button:hover {
    background: color-mix(in srgb, currentColor 8%, transparent);
  }

  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }

  button.primary:hover {
    background: color-mix(in srgb, var(--accent) 88%, var(--text));
  }

  button.danger {
    border-color: currentColor;
    color: var(--danger);
  }

  button[aria-disabled='true'],
  button[aria-disabled='true']:hover {
    background: transparent;
    border-color: var(--line);
    color: var(--quiet);
    cursor: default;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }

  progress {
    appearance: none;
    background: var(--sunken);
    border: 0;
    border-radius: 4px;
    box-shadow: inset 0 0 0 1px var(--line);
    color: var(--accent);
    display: block;
    height: 8px;
    overflow: hidden;
    width: 100%;
  }

  ::-webkit-progress-inner-element {
    display: block;
    height: 8px;
  }

  ::-webkit-progress-bar {
    background: transparent;
    border: 0;
    border-radius: 0;
    height: 8px;
  }

  ::-webkit-progress-value {
    background: var(--accent);
  }

  ::-moz-progress-bar {
    background: var(--accent);
  }

  progress:indeterminate {
    background: repeating-linear-gradient(
      -45deg,
      var(--accent) 0 6px,
      color-mix(in srgb, var(--accent) 55%, var(--surface)) 6px 12px
    );
  }

  dialog {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: 16px;
    box-shadow: 0 24px 64px rgb(0 0 0 / 30%);
    color: inherit;
    max-width: min(28rem, calc(100vw - 3rem));
    padding: 1.5rem;
  }

  dialog::backdrop {
    background: rgb(6 14 13 / 45%);
  }

  dialog form {
    display: grid;
    gap: 0.75rem;
  }

  dialog h3 {
    font-size: 1.125rem;
    overflow-wrap: anywhere;
  }

  dialog .actions {
    justify-content: end;
    margin-block-start: 0.5rem;
  }

  @media (prefers-reduced-motion: reduce) {
    button {
      transition: none;
    }
  }

  @media (forced-colors: active) {
    progress {
      border: 1px solid;
    }
  }
`

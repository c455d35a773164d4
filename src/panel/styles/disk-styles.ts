import { css } from 'lit'
import type { CSSResult } from 'lit'

/** The card of a disk. */
export const diskStyles: CSSResult = css`
  h4 {
    font-size: 1.0625rem;
    margin: 0;
    overflow-wrap: anywhere;
  }

  .share {
    font-size: 1.0625rem;
    font-weight: 600;
    margin-inline-start: auto;
  }

  .url {
    color: var(--quiet);
    font-size: 0.8125rem;
    margin-block-start: -0.75rem;
    overflow-wrap: anywhere;
  }

  .state,
  .tag {
    border: 1px solid var(--line);
    border-radius: 999px;
    color: var(--quiet);
    font-size: 0.75rem;
    line-height: 1.25rem;
    padding: 0 0.5rem;
  }

  .tag {
    background: var(--sunken);
  }

  .state.active {
    border-color: var(--accent);
    color: var(--accent);
  }

  .state.waiting {
    border-color: var(--miss);
    color: var(--miss);
  }

  .coverage svg {
    background: var(--sunken);
    border-radius: 4px;
    box-shadow: 0 0 0 1px var(--line);
    display: block;
    height: 20px;
    shape-rendering: crispEdges;
    width: 100%;
  }

  .coverage path {
    fill: var(--accent);
  }

  .level-1 {
    opacity: 0.45;
  }

  .level-2 {
    opacity: 0.6;
  }

  .level-3 {
    opacity: 0.8;
  }

  figcaption {
    color: var(--quiet);
    display: flex;
    font-size: 0.8125rem;
    justify-content: space-between;
    margin-block-start: 0.25rem;
  }

  .prefetch {
    display: grid;
    gap: 0.3125rem;
  }

  .prefetch span {
    color: var(--quiet);
    font-size: 0.8125rem;
  }

  .generations {
    border-block-start: 1px solid var(--line);
    margin-block-end: -0.375rem;
    padding-block-start: 0.625rem;
  }

  summary {
    border-radius: 4px;
    color: var(--quiet);
    cursor: pointer;
    font-size: 0.875rem;
    width: fit-content;
  }

  .generations li {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.625rem;
    padding-block: 0.375rem;
  }

  .generations button {
    margin-inline-start: auto;
  }

  @media (forced-colors: active) {
    .coverage svg {
      background: Canvas;
      border: 1px solid CanvasText;
    }

    .coverage path {
      fill: Highlight;
    }
  }
`

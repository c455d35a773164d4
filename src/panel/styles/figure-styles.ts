import { css } from 'lit'
import type { CSSResult } from 'lit'

/** The figures of the reads, the bar of outcomes, and the meters of the storage. */
export const figureStyles: CSSResult = css`
  .figures {
    display: grid;
    gap: 1rem 1.25rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.25rem), 1fr));
  }

  .figures dt {
    color: var(--quiet);
    font-size: 0.875rem;
  }

  .figures .value {
    font-size: 1.625rem;
    font-weight: 600;
    letter-spacing: -0.02em;
    line-height: 1.25;
    white-space: nowrap;
  }

  .outcomes {
    display: grid;
    gap: 0.625rem;
  }

  .gauge,
  .outcomes svg {
    background: var(--sunken);
    border-radius: 4px;
    box-shadow: 0 0 0 1px var(--line);
    display: block;
    height: 8px;
    width: 100%;
  }

  .outcomes ul {
    color: var(--quiet);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.8125rem;
    gap: 0.25rem 1.25rem;
  }

  .outcomes li {
    white-space: nowrap;
  }

  .outcomes b {
    color: var(--text);
    font-weight: 600;
  }

  .outcomes .none b {
    color: inherit;
    font-weight: 400;
  }

  .swatch {
    border-radius: 2px;
    display: inline-block;
    height: 0.625rem;
    margin-inline-end: 0.4375rem;
    width: 0.625rem;
  }

  .swatch.hit {
    background: var(--hit);
  }

  .swatch.partial {
    background: var(--partial);
  }

  .swatch.miss {
    background: var(--miss);
  }

  .swatch.bypass {
    background: var(--bypass);
  }

  .swatch.error {
    background: var(--error);
  }

  rect.hit {
    fill: var(--hit);
  }

  rect.partial {
    fill: var(--partial);
  }

  rect.miss {
    fill: var(--miss);
  }

  rect.bypass {
    fill: var(--bypass);
  }

  rect.error {
    fill: var(--error);
  }

  .meters {
    display: grid;
    gap: 0.875rem 1.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
  }

  .meter {
    align-content: start;
    display: grid;
    gap: 0.3125rem;
  }

  .meter > span:first-child {
    color: var(--quiet);
  }

  .meter b {
    color: var(--text);
    font-weight: 600;
  }

  @media (forced-colors: active) {
    .swatch,
    .gauge,
    .outcomes svg {
      forced-color-adjust: none;
    }
  }
`

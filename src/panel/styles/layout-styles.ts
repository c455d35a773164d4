import { css } from 'lit'
import type { CSSResult } from 'lit'

/** Where things stand: headings, sections, lists of facts, notices. */
export const layoutStyles: CSSResult = css`
  :host {
    display: block;
    container-type: inline-size;
  }

  :host([hidden]) {
    display: none;
  }

  h2,
  h3,
  h4,
  p,
  dl,
  dd,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }

  ul {
    list-style: none;
  }

  h2 {
    font-size: 1.25rem;
    letter-spacing: -0.01em;
    line-height: 1.3;
  }

  h3 {
    font-size: 1rem;
    line-height: 1.4;
  }

  /* The live regions stay in the tree while empty, or nothing would be told. */
  .panel > * + :not(:empty, dialog),
  .disk,
  .notice {
    margin-block-start: 1rem;
  }

  .panel > section:not(:has(> .disk)),
  .disk {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    display: grid;
    gap: 0.875rem;
    min-width: 0;
    padding: 1.125rem 1.25rem 1.25rem;
  }

  header {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.625rem;
  }

  section > header {
    justify-content: space-between;
  }

  .panel > section:has(> header) {
    margin-block-start: 1.5rem;
  }

  .status:not(:empty) {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.75rem;
  }

  .empty,
  .note {
    color: var(--quiet);
  }

  .note {
    font-size: 0.8125rem;
  }

  .facts {
    display: grid;
    gap: 0.25rem 1.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
  }

  .facts > div {
    align-items: baseline;
    display: grid;
    gap: 0.75rem;
    grid-template-columns: 5.5rem minmax(0, 1fr);
  }

  .facts > .wide {
    grid-column: 1 / -1;
  }

  .wide dd {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.875rem;
  }

  .facts dt {
    color: var(--quiet);
  }

  .facts dd {
    overflow-wrap: anywhere;
  }

  .notice {
    align-items: start;
    background: var(--danger-wash);
    border: 1px solid var(--danger);
    border-radius: var(--radius);
    display: grid;
    gap: 0.125rem 1rem;
    grid-template-columns: minmax(0, 1fr) auto;
    overflow-wrap: anywhere;
    padding: 0.75rem 1rem;
  }

  .notice p {
    grid-column: 1;
  }

  .notice button {
    grid-area: 1 / 2 / span 2;
  }

  .unseen {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }
`

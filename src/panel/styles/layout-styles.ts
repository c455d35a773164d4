/** Where things stand. */
export const layoutStyles: string = `
  h2, h3, p, dl, dd, ul, ol, figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  ol {
    padding-inline-start: 1.5rem;
  }
  h2 {
    font-size: 1.125rem;
    margin-inline-end: auto;
  }
  h3 {
    font-size: 1rem;
  }
  header, .actions, .legend, figcaption, li, .facts > div {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem 0.5rem;
  }
  ol li {
    display: list-item;
  }
  .panel > header {
    padding: 0.75rem 1rem 0.25rem;
  }
  [role='tablist'] {
    border-block-end: 1px solid var(--line);
    display: flex;
    overflow-x: auto;
    padding-inline: 0.5rem;
  }
  .view {
    display: grid;
    gap: 1rem;
    overflow-wrap: anywhere;
    padding: 1rem;
  }
  .view > *, .disk > *, .map > * {
    min-width: 0;
  }
  .view > .actions {
    grid-column: 1 / -1;
  }
  .disk, .map, .faults, .choices {
    align-content: start;
    display: grid;
    gap: 0.75rem;
  }
  .disk {
    border: 1px solid var(--line);
    border-radius: 12px;
    padding: 1rem;
  }
  .disk > .note {
    margin-block-start: -0.75rem;
  }
  .share {
    font-size: 1.125rem;
    margin-inline-start: auto;
  }
  .note, .legend {
    color: var(--quiet);
    font-size: 0.8125rem;
  }
  .facts {
    display: grid;
    gap: 0.25rem 1.5rem;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
  }
  .facts > div {
    align-items: baseline;
    flex-wrap: nowrap;
  }
  dt {
    color: var(--quiet);
    flex: 0 0 5rem;
  }
  .facts dd {
    min-width: 0;
  }
  .figures {
    display: grid;
    gap: 1rem;
    grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
  }
  .figures .value {
    font-size: 1.375rem;
    font-weight: 600;
    white-space: nowrap;
  }
  .meters {
    display: grid;
    gap: 1rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
  }
  figcaption {
    justify-content: space-between;
    margin-block-end: 0.25rem;
  }
  .progress, .notice {
    align-items: end;
    display: grid;
    gap: 0.5rem;
    grid-template-columns: minmax(0, 1fr) auto auto;
  }
  .progress span {
    display: block;
    min-height: 3rem;
  }
  .progress > :last-child {
    grid-column-end: -1;
  }
  .progress > .problem {
    color: var(--danger);
    grid-column: 1 / -1;
  }
  .notice {
    align-items: center;
    background: var(--sunken);
    border-inline-start: 4px solid var(--miss);
    overflow-wrap: anywhere;
    padding: 0.5rem 1rem;
  }
  .notice.danger {
    border-color: var(--danger);
  }
  .status:not(:empty) {
    background: var(--sunken);
    border-block-start: 1px solid var(--line);
    inset-block-end: 0;
    padding: 0.5rem 1rem;
    position: sticky;
  }
  .scroll {
    border: 1px solid var(--line);
    border-radius: 8px;
    height: 24rem;
    overflow: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.8125rem;
    min-width: 100%;
  }
  th, td {
    padding: 0.125rem 0.5rem;
    text-align: start;
    white-space: nowrap;
  }
  th {
    background: var(--sunken);
    font-weight: 500;
    inset-block-start: 0;
    position: sticky;
  }
  .selection span {
    flex: 1 1 14rem;
  }
  .unseen {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }
  .Storage .facts {
    grid-template-columns: 1fr;
  }
  .Storage dt {
    flex-basis: 40%;
  }
  @container (width > 56rem) {
    .Disks {
      grid-template-columns: 1fr 1fr;
    }
  }
  @container (width < 30rem) {
    .progress {
      grid-template-columns: 1fr 1fr;
    }
    .progress label {
      grid-column: 1 / -1;
    }
    .progress span {
      min-height: 4.5rem;
    }
    [role='tablist'] {
      padding-inline: 0;
    }
    .panel [role='tab'] {
      flex: 1;
      font-size: 0.8125rem;
      padding-inline: 0.25rem;
    }
  }
`

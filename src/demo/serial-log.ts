/** Where serial output is shown. */
export interface SerialLog {
  append(text: string): void
  clear(): void
}

const keptCharacters = 64 * 1024

// Colours and cursor movements of a terminal: this is none.
// oxlint-disable-next-line no-control-regex -- escape is what they begin with
const escapeSequence = /\u001b(?:\[[0-9;?]*[A-Za-z]|[=>])/g

/** Shows serial output in `view`: the last 64 Ki characters, and the end of it while nobody scrolls up. */
export function createSerialLog(view: HTMLElement): SerialLog {
  let text = ''
  return {
    append(more) {
      const followsEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 24
      text = (text + more).slice(-keptCharacters)
      view.textContent = text.replace(escapeSequence, '').replaceAll('\r', '').trimStart()
      if (followsEnd) view.scrollTop = view.scrollHeight
    },
    clear() {
      text = ''
      view.textContent = ''
    },
  }
}

import { isChunkSize } from './chunk-grid.ts'
import { DiskCacheError } from './errors.ts'
import { defaultOptions } from './options.ts'
import type { ResolvedOptions } from './options.ts'
import { splitWords } from './routing-query.ts'
import { parseDurationMs, parseSizeBytes } from './units.ts'

/** Options as a person writes them: text, numbers or lists. */
export type RawOptions = { readonly [Name in keyof ResolvedOptions]?: RawOption }

/** The options that pages may ask for, as a person writes them. */
export type RawTuningOptions = Omit<RawOptions, RoutingOptionName>

/** One option as written. */
export type RawOption = string | number | readonly string[]

interface OptionRule<Value> {
  /** The name in `data-` attributes and in the worker's query. */
  readonly attribute: string
  readonly expects: string
  /** `undefined` for what is unusable. */
  readonly parse: (raw: RawOption) => Value | undefined
}

type OptionName = keyof ResolvedOptions

const rules: { readonly [Name in OptionName]: OptionRule<ResolvedOptions[Name]> } = {
  disks: { attribute: 'disks', expects: 'URL patterns, separated by spaces', parse: parseWords },
  shell: { attribute: 'shell', ...oneOf('auto', 'off') },
  coi: { attribute: 'coi', ...oneOf('off', 'on') },
  keyParams: { attribute: 'key-params', expects: 'names of query parameters', parse: parseWords },
  chunkSize: {
    attribute: 'chunk-size',
    expects: 'auto, or a power of two from 512 to 64MiB, such as 1MiB',
    parse: parseChunkSize,
  },
  budget: { attribute: 'budget', expects: 'auto, or a size such as 2GiB', parse: parseBudget },
  store: { attribute: 'store', ...oneOf('auto', 'idb', 'opfs') },
  onChange: { attribute: 'on-change', ...oneOf('hold', 'switch') },
  readahead: { attribute: 'readahead', ...oneOf('auto', 'off') },
  private: { attribute: 'private', ...oneOf('off', 'on') },
  assumeImmutable: { attribute: 'assume-immutable', ...oneOf('off', 'on') },
  timeout: {
    attribute: 'timeout',
    expects: 'a duration from 1s to 10m, such as 30s',
    parse: (raw) => inBounds(parseDurationMs(toText(raw)), 1_000, 600_000),
  },
  parallel: {
    attribute: 'parallel',
    expects: 'a whole number from 1 to 32',
    parse: (raw) => inBounds(/^\d+$/.test(toText(raw)) ? Number(raw) : undefined, 1, 32),
  },
  maxIdle: {
    attribute: 'max-idle',
    expects: 'a duration of at least 1h, such as 30d',
    parse: (raw) => inBounds(parseDurationMs(toText(raw)), 3_600_000, Number.MAX_SAFE_INTEGER),
  },
}

/** The options that decide which requests the worker takes: pages cannot change them. */
export const routingOptionNames = ['disks', 'shell', 'coi', 'keyParams'] as const

/** One of {@link routingOptionNames}. */
export type RoutingOptionName = (typeof routingOptionNames)[number]

/** All option names. */
export const optionNames: readonly OptionName[] = Object.keys(rules) as OptionName[]

/** The name of an option in `data-` attributes and in the worker's query. */
export function attributeOf(name: OptionName): string {
  return rules[name].attribute
}

/**
 * Checks options and turns them into values.
 *
 * @param raw - as written by a person; names in camel case, absent and `undefined` ones are left out.
 * @returns only the options that are given.
 * @throws {DiskCacheError} `invalid-option` for a name that does not exist or a value that is unusable.
 */
export function parseOptions(raw: Readonly<Record<string, unknown>>): Partial<ResolvedOptions> {
  const parsed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) parsed[name] = parseOption(name, value)
  }
  return parsed
}

/**
 * Reads options from a query string or from `data-` attributes.
 *
 * @param entries - names as attributes write them (`chunk-size`), with their text.
 * @throws {DiskCacheError} `invalid-option`, as {@link parseOptions}.
 */
export function parseOptionAttributes(
  entries: Iterable<readonly [string, string]>,
): Partial<ResolvedOptions> {
  const raw: Record<string, unknown> = {}
  for (const [attribute, value] of entries) {
    const name = optionNames.find((candidate) => attributeOf(candidate) === attribute)
    raw[name ?? attribute] = value
  }
  return parseOptions(raw)
}

/** {@link defaultOptions} with `given` in their place. */
export function resolveOptions(given: Partial<ResolvedOptions>): ResolvedOptions {
  return { ...defaultOptions, ...given }
}

function parseOption(name: string, raw: unknown): unknown {
  const rule = Object.hasOwn(rules, name) ? rules[name as OptionName] : undefined
  if (rule === undefined) {
    const known = optionNames.map(attributeOf).join(', ')
    throw new DiskCacheError(
      'invalid-option',
      `There is no option "${name}". The options are: ${known}.`,
      { details: { option: name } },
    )
  }
  const value = isRawOption(raw) ? rule.parse(raw) : undefined
  if (value === undefined) {
    throw new DiskCacheError(
      'invalid-option',
      `The option "${rule.attribute}" is ${quote(raw)}, but must be ${rule.expects}.`,
      { details: { option: rule.attribute, value: String(raw) } },
    )
  }
  return value
}

/** Text in quotes, anything else as it prints: not every value can be written as JSON. */
function quote(raw: unknown): string {
  return typeof raw === 'string' ? `"${raw}"` : String(raw)
}

function isRawOption(raw: unknown): raw is RawOption {
  if (Array.isArray(raw)) return raw.every((element) => typeof element === 'string')
  return typeof raw === 'string' || typeof raw === 'number'
}

function oneOf<const Choice extends string>(
  ...choices: Choice[]
): Omit<OptionRule<Choice>, 'attribute'> {
  return {
    expects: choices.join(' or '),
    parse: (raw) => choices.find((choice) => choice === raw),
  }
}

function parseWords(raw: RawOption): readonly string[] {
  if (typeof raw === 'object') return raw
  return splitWords(toText(raw))
}

function parseChunkSize(raw: RawOption): 'auto' | number | undefined {
  if (raw === 'auto') return 'auto'
  const bytes = parseSizeBytes(toText(raw))
  return bytes !== undefined && isChunkSize(bytes) ? bytes : undefined
}

function parseBudget(raw: RawOption): 'auto' | number | undefined {
  return raw === 'auto' ? 'auto' : parseSizeBytes(toText(raw))
}

function inBounds(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined
}

function toText(raw: RawOption): string {
  return String(raw)
}

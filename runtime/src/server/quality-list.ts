// A header of alternatives with quality values (`br;q=0.5, gzip`) → its items. RFC 9110, sections 12.4.2 and 5.6.6.

export interface QualityItem {
  /** Lower-case, without parameters. */
  readonly value: string
  /** 0 (refused) to 1. What cannot be read as a quality counts as 0. */
  readonly quality: number
  /** Behind the `;` each, as they are. */
  readonly parameters: readonly string[]
}

export function parseQualityList(header: string): QualityItem[] {
  const items: QualityItem[] = []
  for (const part of header.split(',')) {
    const [value = '', ...parameters] = part.split(';')
    if (value.trim() !== '')
      items.push({ value: value.trim().toLowerCase(), quality: readQuality(parameters), parameters })
  }
  return items
}

function readQuality(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name, text] = splitParameter(parameter)
    if (name === 'q') return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0
  }
  return 1
}

/**
 * The name of a parameter, in lower case, and its value. One expression for both, with optional space in it, would take a time that grows
 * with the square of that space.
 */
export function splitParameter(parameter: string): readonly [name: string, value: string] {
  const equals = parameter.indexOf('=')
  if (equals < 0) return [parameter.trim().toLowerCase(), '']
  return [parameter.slice(0, equals).trim().toLowerCase(), parameter.slice(equals + 1).trim()]
}

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
    const text = parameter.match(/^\s*q\s*=\s*(.*?)\s*$/i)?.[1]
    if (text !== undefined) return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0
  }
  return 1
}

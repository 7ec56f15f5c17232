// An `Accept-Encoding` header → the content coding to use, or none. RFC 9110, section 12.5.3.
import { parseQualityList } from './quality-list.ts'

/** In the order of preference. */
const CONTENT_CODINGS = ['br', 'gzip'] as const
export type ContentCoding = (typeof CONTENT_CODINGS)[number]

/** Undefined means identity: no header, nothing we have, or identity wanted more. */
export function acceptToEncoding(acceptEncoding: string | undefined): ContentCoding | undefined {
  if (acceptEncoding === undefined) return undefined
  const qualities = new Map(parseQualityList(acceptEncoding).map(({ value, quality }) => [value, quality]))
  const others = qualities.get('*')
  let best: ContentCoding | undefined
  // Identity is acceptable unless refused; it wins only where it was asked for by name and wanted more.
  let bestQuality = qualities.get('identity') ?? 0
  for (const coding of CONTENT_CODINGS) {
    const quality = qualities.get(coding) ?? others ?? 0
    if (quality > 0 && (quality > bestQuality || (best === undefined && quality === bestQuality))) {
      best = coding
      bestQuality = quality
    }
  }
  return best
}

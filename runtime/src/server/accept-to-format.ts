// An `Accept` header → the stream format it asks for. RFC 9110, section 12.5.1.
import { MEDIA_TYPES, STREAM_FORMATS, type StreamFormat } from '../wire/http-names.ts'
import { parseQualityList, type QualityItem } from './quality-list.ts'

/** Undefined when the header admits none of the formats. Of equally wanted ones the first of STREAM_FORMATS wins. */
export function acceptToFormat(accept: string | undefined): StreamFormat | undefined {
  if (accept === undefined || accept === '*/*' || accept.trim() === '') return STREAM_FORMATS[0]
  const ranges = parseQualityList(accept)
  let best: StreamFormat | undefined
  let bestQuality = 0
  for (const format of STREAM_FORMATS) {
    const quality = qualityOf(MEDIA_TYPES[format], ranges)
    if (quality > bestQuality) {
      best = format
      bestQuality = quality
    }
  }
  return best
}

/** The most specific range that matches decides, whatever the order. */
function qualityOf(mediaType: string, ranges: readonly QualityItem[]): number {
  const candidates = [mediaType, `${mediaType.slice(0, mediaType.indexOf('/'))}/*`, '*/*']
  for (const candidate of candidates) {
    const range = ranges.find(({ value }) => value === candidate)
    if (range) return range.quality
  }
  return 0
}

// An `Accept` header and the formats there are → the one it asks for, and what it calls it. RFC 9110, section 12.5.1.
import type { MapForm } from '../validation/native-to-msgpack.ts'
import {
  BODY_FORMATS,
  type BodyFormat,
  ITEMS_TOGETHER,
  MEDIA_TYPES,
  MSGPACK_ALIASES,
  STREAM_FORMATS,
  type StreamFormat,
} from '../wire/http-names.ts'
import { MAPS_AS_PAIRS, ROWS } from '../wire/msgpack-names.ts'
import { parseQualityList, type QualityItem } from './quality-list.ts'

/** How a body is written. */
export interface Form<Format> {
  readonly format: Format
  /** As the client calls it, where there are several names. */
  readonly mediaType: string
  /** Of MessagePack. */
  readonly maps: MapForm
  /** The schema of the rows that the client can read. */
  readonly rows: string | undefined
  /** Of `json-seq`: the client reads several items in one record. */
  readonly isTogether: boolean
}

/** What most clients ask for, without a look at a list. */
const JSON_FORM: Form<BodyFormat> = {
  format: 'json',
  mediaType: MEDIA_TYPES.json,
  maps: 'map',
  rows: undefined,
  isTogether: false,
}

/** The form of a stream; undefined when the header admits none. Of equally wanted ones the first of STREAM_FORMATS wins. */
export function acceptToStreamForm(accept: string | undefined): Form<StreamFormat> | undefined {
  return choose(accept, STREAM_FORMATS)
}

/** The form of a result, or of an error. */
export function acceptToBodyForm(accept: string | undefined): Form<BodyFormat> | undefined {
  return accept === undefined || accept === '*/*' || accept === MEDIA_TYPES.json
    ? JSON_FORM
    : choose(accept, BODY_FORMATS)
}

/** An error is told in JSON to a client that takes neither format: a stream's, say. */
export function acceptToErrorForm(accept: string | undefined): Form<BodyFormat> {
  return acceptToBodyForm(accept) ?? JSON_FORM
}

function choose<Format extends keyof typeof MEDIA_TYPES>(
  accept: string | undefined,
  formats: readonly Format[],
): Form<Format> | undefined {
  const isAbsent = accept === undefined || accept.trim() === ''
  const ranges = parseQualityList(isAbsent ? '*/*' : accept)
  let best: Form<Format> | undefined
  let bestQuality = 0
  for (const format of formats) {
    for (const mediaType of namesOf(format)) {
      const range = rangeOf(mediaType, ranges)
      if (range === undefined || range.quality <= bestQuality) continue
      bestQuality = range.quality
      best = { format, mediaType, ...readParameters(range) }
    }
  }
  return best
}

function namesOf(format: keyof typeof MEDIA_TYPES): readonly string[] {
  return format === 'msgpack' ? [MEDIA_TYPES.msgpack, ...MSGPACK_ALIASES] : [MEDIA_TYPES[format]]
}

/** The most specific range that matches decides, whatever the order. */
function rangeOf(mediaType: string, ranges: readonly QualityItem[]): QualityItem | undefined {
  const group = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`
  for (const wanted of [mediaType, group, '*/*']) {
    const range = ranges.find(({ value }) => value === wanted)
    if (range) return range
  }
  return undefined
}

function readParameters({ parameters }: QualityItem): Pick<Form<never>, 'maps' | 'rows' | 'isTogether'> {
  const texts = parameters.map(parameter => parameter.trim())
  const has = (name: string) => texts.some(text => text.toLowerCase() === name)
  const isPairs = has(MAPS_AS_PAIRS)
  const rows = texts.find(text => text.startsWith(ROWS))?.slice(ROWS.length)
  return { maps: isPairs ? 'pairs' : 'map', rows, isTogether: has(ITEMS_TOGETHER) }
}

/** The same form with the rows of this route, if the client reads them; without rows otherwise. */
export function withRowsOf<Format>(form: Form<Format>, schema: string | undefined): Form<Format> {
  if (form.rows === undefined) return form
  if (form.rows !== schema) return { ...form, rows: undefined }
  return { ...form, mediaType: `${form.mediaType};${ROWS}${schema}` }
}

// A WebSocket close code in → the error code of the calls that it leaves unanswered out. PROTOCOL.md, "Close codes".
import { type ErrorCode, statusToCode } from '../errors.ts'
import { isRetryableClose } from '../wire/socket-frames.ts'

export function closeToCode(code: number): ErrorCode {
  if (code >= 4000) return statusToCode(code - 4000)
  if (code === 1009) return 'PAYLOAD_TOO_LARGE'
  // 1000 and 1005 are no failure of anybody's, but nobody answers any more.
  return isRetryableClose(code) || code === 1000 || code === 1005 ? 'UNAVAILABLE' : 'INTERNAL'
}

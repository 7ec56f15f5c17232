// A WebSocket close code in → whether another attempt may follow, and the error code that it stands for, out.
import { ERROR_CODES, type ErrorCode, statusToCode } from '../errors.ts'
import { CLOSE_CODES } from '../wire/socket-frames.ts'

/** PROTOCOL.md, "Close codes". */
export function isRetryable(code: number): boolean {
  if (code < 4000) return CLOSE_CODES[code as keyof typeof CLOSE_CODES] ?? true
  return Object.values(ERROR_CODES).some(({ status, retryable }) => retryable && status === code - 4000)
}

export function closeToCode(code: number): ErrorCode {
  if (code >= 4000) return statusToCode(code - 4000)
  if (code === 1009) return 'PAYLOAD_TOO_LARGE'
  // The server's 1000 is no failure, but nobody answers any more.
  return isRetryable(code) || code === 1000 || code === 1005 ? 'UNAVAILABLE' : 'INTERNAL'
}

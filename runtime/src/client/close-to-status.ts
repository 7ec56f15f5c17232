// A WebSocket close code in → the HTTP status of what it stands for out. PROTOCOL.md, "Close codes".

/** 1000 and 1005 are no failure of anybody's, but nobody answers any more. */
export function closeToStatus(code: number): number {
  if (code >= 4000) return code - 4000
  if (code === 1009) return 413
  return code === 1002 || code === 1003 || code === 1007 ? 500 : 503
}

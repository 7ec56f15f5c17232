// The class that an application gives, or none → the WebSocket class to be used out. A file for itself: tsc would add a helper to its import.
import type { WebSocketConstructor } from './client-route.ts'

/**
 * The platform's class unless the options have one. Rejects where there is none. The package that a Node before 22 needs is
 * named by an argument: no bundler looks for that.
 */
export async function findWebSocket(
  given: WebSocketConstructor | undefined,
  name = 'ws',
): Promise<WebSocketConstructor> {
  const found = given ?? (globalThis.WebSocket as WebSocketConstructor | undefined)
  return found ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ name)).WebSocket
}

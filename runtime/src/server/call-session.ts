// What a call needs of its session, and nothing more.
import type { CompiledCall } from '../compiled-route.ts'
import type { Encoded, SocketFraming } from '../wire/socket-framing.ts'
import type { ServableSocket } from './modules-to-routes.ts'
import type { SessionRoom } from './session-room.ts'
import type { SocketHost } from './socket-host.ts'
import type { TurnTask } from './turn-end.ts'

export interface CallSession {
  readonly host: SocketHost
  readonly route: ServableSocket
  readonly framing: SocketFraming
  readonly room: SessionRoom
  /** A numbered frame, which leaves with the others of this turn. Dropped once the session is over. */
  send(frame: Encoded): void
  /** Runs `task` once at the end of this turn, just before its frames leave. */
  atTurnEnd(task: TurnTask): void
  /** A notification or a request has ended. */
  onCallOver(): void
  /** For the server's log. */
  report(error: unknown): void
}

/** What a request or a subscription is answered with: that of its variant, where the route has variants. */
export function answerOf(call: CompiledCall, input: unknown): Pick<CompiledCall, 'result' | 'returns'> {
  const { variants } = call
  if (variants === undefined || typeof input !== 'object' || input === null) return call
  const { key, answers } = variants
  const text = Object.hasOwn(input, key) ? String((input as Record<string, unknown>)[key]) : undefined
  return (text !== undefined && Object.hasOwn(answers, text) ? answers[text] : undefined) ?? call
}

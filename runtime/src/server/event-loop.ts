// What the stream engine needs of the platform's event loop, as one small object that tests replace by a script.
import { LONGEST_TIMER } from '../wire/limits.ts'

export interface EventLoop {
  /** Runs `task` once, after the input that this turn of the loop has already brought in. Never before `endTurn` returned. */
  endTurn(task: () => void): void
  /** A clock in ms that never goes back. */
  now(): number
  /** Runs `task` once after `delay` ms, without keeping a process alive. The result cancels it. */
  timer(task: () => void, delay: number): () => void
}

/**
 * False on Cloudflare's Workers, where a timer is lost with the request that set it: there no request may wait for a task of another,
 * or it would hang with the first client that leaves.
 */
export const TASKS_OUTLIVE_REQUESTS = !('WebSocketPair' in globalThis)

export const platformEventLoop: EventLoop = {
  endTurn: chooseEndTurn(),
  now: () => performance.now(),
  timer(task, delay) {
    const handle: unknown = setTimeout(task, Math.min(delay, LONGEST_TIMER))
    if (typeof handle === 'object' && handle !== null && 'unref' in handle) (handle as NodeJS.Timeout).unref()
    return () => clearTimeout(handle as NodeJS.Timeout)
  },
}

/**
 * setImmediate where it exists (Node, Bun, Deno); a message to oneself elsewhere, because timers are throttled there. Not in Workers, which
 * throttle none, and deliver messages among the microtasks: a stream would write each item by itself.
 */
function chooseEndTurn(): (task: () => void) => void {
  if (typeof setImmediate === 'function') return task => void setImmediate(task)
  if (!TASKS_OUTLIVE_REQUESTS) return task => void setTimeout(task, 0)
  if (typeof MessageChannel === 'function') return postTask
  return task => void setTimeout(task, 0)
}

/** A channel for each task: it is closed as soon as it has delivered, so nothing stays open between tasks. */
export function postTask(task: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    task()
  }
  port2.postMessage(undefined)
}

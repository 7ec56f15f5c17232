// tsserver's request for a plugin in → the language service as it was out: findings come with the editor part.
import type ts from 'typescript'

/**
 * tsserver calls `module.exports` with its own TypeScript, then `create` once a project and again, with the already
 * decorated service, after each change of the tsconfig. Handing the service back forwards every method and every argument,
 * those of later versions of TypeScript too, and keeps no state.
 */
export default function init(): ts.server.PluginModule {
  return { create: info => info.languageService }
}

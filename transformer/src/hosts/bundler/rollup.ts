// Options → the plugin for Rollup that compiles routes.
import { createRollupPlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createRollupPlugin(createBundlerPlugin)

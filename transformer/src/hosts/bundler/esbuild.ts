// Options → the plugin for esbuild that compiles routes.
import { createEsbuildPlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createEsbuildPlugin(createBundlerPlugin)

// Options → the plugin for Rspack that compiles routes.
import { createRspackPlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createRspackPlugin(createBundlerPlugin)

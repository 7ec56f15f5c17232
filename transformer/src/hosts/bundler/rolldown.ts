// Options → the plugin for Rolldown that compiles routes.
import { createRolldownPlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createRolldownPlugin(createBundlerPlugin)

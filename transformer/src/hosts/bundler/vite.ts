// Options → the plugin for Vite that compiles routes.
import { createVitePlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createVitePlugin(createBundlerPlugin)

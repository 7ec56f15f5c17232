// Options → the plugin for webpack that compiles routes.
import { createWebpackPlugin } from 'unplugin'
import { createBundlerPlugin } from './unplugin.ts'

export const alienRpc = /* @__PURE__ */ createWebpackPlugin(createBundlerPlugin)

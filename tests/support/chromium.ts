// A machine in → a Chromium that Playwright drives out: found, or installed where that can be done, or a clear word that it cannot.
import { type Browser, chromium } from 'playwright-core'
import { findOrInstall } from './debian-program.ts'

const CHROMIUM = {
  title: 'a real Chromium',
  variable: 'CHROMIUM',
  names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
  debianPackage: 'chromium',
}
/** Nothing of the browser's own may reach the network or the machine's user. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** With a fresh profile that is removed when it closes. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findOrInstall(CHROMIUM), headless: true, args: FLAGS })
}

import react from '@vitejs/plugin-react'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, defineConfig, type Plugin, type Rolldown } from 'vite'
import { manifest } from './src/installed/manifest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const shared = here('../widget/shared')
const LANGUAGES = ['en', 'pl']

/** The service worker as one script: browsers take modules there only since lately. */
async function serviceWorker(): Promise<string> {
  const built = await build({
    configFile: false,
    root: here('.'),
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias: { '@shared': shared } },
    build: { write: false, target: 'es2022', modulePreload: false, rolldownOptions: { input: here('src/worker/worker.ts'), output: { format: 'iife' } } },
  }) as Rolldown.RolldownOutput
  return built.output[0].code
}

/**
 * Writes sw.js, which begins with the list of files that the app shell is made of, and the manifests.
 * Its name stays the same for ever (browsers look for a new one there); the version inside follows the content.
 */
function appShell(): Plugin {
  return {
    name: 'app-shell',
    apply: 'build',
    // Behind all others: what they drop is not there to be kept.
    generateBundle: { order: 'post', async handler(_, bundle) {
      const files = Object.keys(bundle).filter((name) => /\.(js|css|woff2)$/.test(name)).sort()
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12)
      const source = `const VERSION = '${version}';\nconst FILES = ${JSON.stringify(files)};\n${await serviceWorker()}`
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
      for (const language of LANGUAGES) {
        const words = JSON.parse(readFileSync(`${shared}/locales/${language}/panel/installed.json`, 'utf8'))
        const fileName = language === 'en' ? 'manifest.webmanifest' : `manifest.${language}.webmanifest`
        this.emitFile({ type: 'asset', fileName, source: `${JSON.stringify(manifest(language, words), null, 2)}\n` })
      }
    } },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/panel/',
  plugins: [react(), appShell()],
  resolve: { alias: { '@shared': shared } },
  // What the first screen needs is named in the page, so that it comes in one go; other areas come when they are opened.
  build: {
    outDir: 'dist', emptyOutDir: true, sourcemap: false, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900,
    // All of it in one file: else each area that shares a part of it splits it further, and each piece is a request.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: /\.[jt]sx?$|^\0/ }] } } },
  },
})

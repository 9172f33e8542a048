import react from '@vitejs/plugin-react'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Writes sw.js with the list of files that the app shell is made of.
 * Its name stays the same for ever (browsers look for a new one there); the version inside follows the content.
 */
function appShell(): Plugin {
  return {
    name: 'app-shell',
    apply: 'build',
    // Behind all others: what they drop is not there to be kept.
    generateBundle: { order: 'post', handler(_, bundle) {
      const files = Object.keys(bundle).filter((name) => /\.(js|css|woff2)$/.test(name)).sort()
      const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12)
      const source = readFileSync(here('src/service-worker.js'), 'utf8')
        .replace('__VERSION__', version)
        .replace('__FILES__', JSON.stringify(files))
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    } },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/panel/',
  plugins: [react(), appShell()],
  resolve: { alias: { '@shared': here('../widget/shared') } },
  // What the first screen needs is named in the page, so that it comes in one go; other areas come when they are opened.
  build: {
    outDir: 'dist', emptyOutDir: true, sourcemap: false, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900,
    // All of it in one file: else each area that shares a part of it splits it further, and each piece is a request.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: /\.[jt]sx?$|^\0/ }] } } },
  },
})

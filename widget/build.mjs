// Builds widget/dist, the same bytes each time: node build.mjs [folder]
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { minify } from 'terser'

const here = dirname(fileURLToPath(import.meta.url))
const folder = resolve(process.argv[2] ?? join(here, 'dist'))
/**
 * Names of what only our own parts say to each other, never the page, the wire or the browser: a letter does for each.
 * All steps of the build share the list, so that the later chunks find what the chat calls so. Exports keep their names.
 */
const OURS = `newestFirst tellSoon sendPage isAgreed setOpen isMuted sendEvent older heard isNamed isTicked
  isCutOff isShown isOver wasOpen saveDraft setOptions announced typist outbox letters letter formats loaded isPhone
  focused adopt catalogue folder changed unfinished hurry finished restore stream items early isOpen words laters kids dom self isStale componentDidMount componentDidUpdate componentWillUnmount setState props below
  retry stage threads uploads rung redraw stopped isAwaited connection draft isFirst mute dismiss forms shelf visit notices facts note woken wanted refused hear icon group groups place thread entry`.split(/\s+/)

const common = {
  absWorkingDir: here,
  bundle: true,
  charset: 'utf8',
  legalComments: 'none',
  minify: true,
  target: 'es2022',
  // tsconfig.json is for the type checker, and its JSX would win over what stands here.
  tsconfigRaw: '{}',
  write: false,
}

const MAIN = join(here, 'src/ui/styles.css')

const bundled = await build({ ...common, entryPoints: ['shared/tokens.ts'], format: 'esm' })
const tokens = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`)

/** Puts tokens in their places: `token(radius.bubble)` becomes 16px; what is not a length has its own unit. */
const placed = (css) =>
  css.replace(/token\(([\w.]+)\)/g, (_, path) => {
    const value = path.split('.').reduce((found, name) => found?.[name], tokens)
    if (value === undefined) throw new Error(`There is no token ${path}.`)
    if (path.startsWith('motion.')) return `${value}ms`
    return /(lineHeight|regular|medium|strong)$/.test(path) ? String(value) : `${value}px`
  })

/** The colours that `css` uses, as variables; dark ones where the visitor likes it dark. Later styles bring what the first lack. */
async function variables(path, css) {
  const known = path === MAIN ? '' : await readFile(MAIN, 'utf8')
  const dashed = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase())
  const uses = (text, name) => text.includes(`var(--${dashed(name)})`)
  const used = (palette) =>
    Object.entries(palette)
      .filter(([name]) => uses(css, name) && !uses(known, name) && name !== 'onAccent')
      // The site's own accent, where it sets one.
      .map(([name, value]) => `--${dashed(name)}:${name === 'accent' ? `var(--switchboard-accent,${value})` : value};`)
      .join('')
  const motion = path === MAIN ? `--ease:${tokens.motion.ease};--on-accent:${tokens.light.onAccent};` : ''
  // `light` and `dark` are for sites that have only one of the two.
  return `.root{${used(tokens.light)}${motion}}@media(prefers-color-scheme:dark){.root:not(.light){${used(tokens.dark)}}}.root.dark{${used(tokens.dark)}}`
}

const plugins = [{
  name: 'styles and words',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8')
      // The variables come first: what the styles compute from them, computes them anew.
      const { code } = await transform((await variables(path, css)) + placed(css), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    })
    // As one object: a JSON module as an entry would export each sentence by name as well.
    onLoad({ filter: /locales.*\.json$/ }, async ({ path }) => ({
      contents: `export default ${await readFile(path, 'utf8')}`,
      loader: 'js',
    }))
  },
}]

const LANGUAGES = ['en', 'pl']

const modules = {
  ...common,
  mangleProps: new RegExp(`^(${OURS.join('|')})$`),
  mangleCache: Object.fromEntries(OURS.map((name, place) => [name, `_${place.toString(36)}`])),
  plugins,
  entryNames: '[name].[hash]',
  format: 'esm',
  outdir: folder,
  jsx: 'transform',
  jsxFragment: 'Fragment',
}

/**
 * A second pass: Terser takes 700 of 20,000 bytes more out of a first chat than esbuild alone. Files whose names carry a
 * hash are cached for ever, so the name is made from what is in them in the end.
 */
async function smaller({ outputFiles }, module = true) {
  return Promise.all(outputFiles.map(async ({ path, text }) => {
    const { code } = await minify(text, { module, ecma: 2020, compress: { passes: 3, ecma: 2020 } })
    return called(path, hashOf(code), code)
  }))
}

const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8)
const called = (path, hash, contents) => ({ path: join(dirname(path), basename(path).replace(/\.[0-9A-Za-z]{8}\.js$/, `.${hash}.js`)), contents })

/** Gives all files the same hash: the chat then need not know one for each, and has fifty bytes less. */
function together(files) {
  const hash = hashOf(files.map(({ contents }) => contents).join())
  return files.map(({ path, contents }) => called(path, hash, contents))
}

/** From the name of each entry to the name of its file. */
const named = (files) =>
  Object.fromEntries(files.map(({ path }) => [basename(path).split('.')[0], basename(path)]))

// Three steps, because each one names the files of the one before. The later chunks borrow `h` from the chat.
const later = together(await smaller(await build({
  ...modules,
  entryPoints: [
    ...['acts', 'attachment', 'calls', 'emoji', 'facts', 'files', 'forms', 'menu', 'modals', 'note', 'notices', 'push', 'rating', 'rules'].map((name) => ({ in: `./src/later/${name}`, out: name })),
    ...LANGUAGES.map((language) => ({ in: `./shared/locales/${language}/widget-later.json`, out: language })),
    ...['form', 'calls'].flatMap((part) => LANGUAGES.map((language) => ({ in: `./shared/locales/${language}/${part}.json`, out: `${part}-${language}` }))),
  ],
  inject: ['src/later/kit.ts'],
  jsxFactory: 'kit.h',
})))
/** The chat speaks one language from the start: one request less, and the words pack better beside the code. */
const chats = await Promise.all(LANGUAGES.map(async (language) =>
  smaller(await build({
    ...modules,
    entryPoints: { [`chat-${language}`]: './src/start.tsx' },
    alias: { words: `./shared/locales/${language}/widget.json` },
    inject: ['src/ui/h.ts'],
    jsxFactory: 'h',
    define: { LATER: JSON.stringify(basename(later[0].path).split('.')[1]), LANGUAGE: JSON.stringify(language) },
  })),
))
const first = Object.assign({}, ...chats.map(named))
// A plain script: unwrapped as a module may be, its names would be globals of somebody else's page.
const loader = await smaller(await build({
  ...common,
  entryPoints: { widget: 'src/loader.ts' },
  format: 'iife',
  define: { CHUNKS: JSON.stringify(first) },
  outdir: folder,
}), false)

// Imported by a file of the website itself, so its name stays for ever.
const worker = await smaller(await build({
  ...common,
  entryPoints: { 'push-worker': 'src/worker/push-worker.ts' },
  format: 'iife',
  outdir: folder,
}), false)

await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
for (const { path, contents } of [later, ...chats, loader, worker].flat()) {
  await writeFile(path, contents)
}
// Which file is which, for tests and for whoever looks.
const manifest = { loader: 'widget.js', worker: 'push-worker.js', first, later: named(later) }
await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

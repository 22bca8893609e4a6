import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { opening } from './build/opening.ts'

/** Where Django listens while the client is being developed. */
const backend = process.env.ZHENGWUTONG_BACKEND ?? 'http://127.0.0.1:8000'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The same for the same sources: what a build is called. */
function buildName(): string {
  const hash = createHash('sha256')
  const folders = ['src', 'public', 'build'].map((name) => here(`./${name}`))
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  const paths = files.filter((file) => file.isFile()).map((file) => `${file.parentPath}/${file.name}`)
  for (const path of [...paths.sort(), here('./package-lock.json'), here('./index.html')]) hash.update(readFileSync(path))
  return hash.digest('hex').slice(0, 12)
}

/** What is built: the page and its worker; with `--mode states` the page of all components in all states, to be looked at. */
function entries(mode: string): Record<string, string> {
  if (mode === 'states') return { states: here('./states.html') }
  return { app: here('./index.html'), sw: here('./src/sw.ts') }
}

/** What many pages share comes in few files, not in one for each module. Layers over the page are fetched when they open. */
const PARTS = [
  { name: 'base', priority: 3, test: /^(?!.*reka-ui).*node_modules\/(vue|@vue|vue-router|vue-i18n|@intlify|pinia|@vueuse)\// },
  { name: 'kit', priority: 2, test: /src\/(ui\/(?!\w+Panel)|lib\/|api\/(?!desk)|app\/(badges|i18n|session|theme|words)\b)/ },
  { name: 'talk', priority: 1, test: /src\/(live\/|app\/live|features\/chat\/(?!routes))/, minShareCount: 2 },
]

const TEXT = /\.(css|html|js|json|svg|webmanifest)$/
const WORTH_IT = 1000 // bytes

/** Beside each text the same in fewer bytes: whitenoise sends those to whoever takes them. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(here('./dist'), { recursive: true, withFileTypes: true })
      const texts = files.filter((file) => file.isFile() && TEXT.test(file.name)).map((file) => `${file.parentPath}/${file.name}`)
      for (const path of texts) {
        const bytes = readFileSync(path)
        if (bytes.length < WORTH_IT) continue
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(bytes))
      }
    },
  }
}

export default defineConfig(({ command, mode }) => ({
  base: command === 'build' ? '/static/app/' : '/',
  plugins: [vue(), opening(), packed()],
  resolve: { alias: { '@': here('./src') } },
  define: {
    __BUILD__: JSON.stringify(command === 'build' ? buildName() : 'dev'),
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/_allauth', '/static/icons', '/live'].map((path) => [path, { target: backend, ws: path === '/live' }]),
    ),
  },
  build: {
    outDir: 'dist',
    manifest: 'manifest.json',
    target: 'es2022',
    rolldownOptions: {
      input: entries(mode),
      output: {
        codeSplitting: { groups: PARTS },
        // The worker must keep its name: browsers compare it by address.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
}))

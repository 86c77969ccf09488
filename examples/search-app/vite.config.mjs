import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const fromRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// PGlite's WebAssembly glue has an eval, for what is not used here.
const rolldownOptions = { checks: { eval: false, pluginTimings: false } };

export default defineConfig({
  // Relative, so that what is built can be served from anywhere.
  base: './',
  resolve: {
    // The library as it stands in this repository. An application of your own installs class-events, and needs no alias.
    alias: [
      { find: /^class-events$/, replacement: fromRoot('src/index.ts') },
      { find: /^class-events\/(.*)$/, replacement: fromRoot('src/$1/index.ts') },
    ],
  },
  server: { fs: { allow: [fromRoot('.')] } },
  // PGlite finds its WebAssembly beside its own modules, so they are not bundled ahead.
  optimizeDeps: { exclude: ['@electric-sql/pglite'] },
  worker: { format: 'es', rolldownOptions },
  build: { target: 'es2022', chunkSizeWarningLimit: 3000, rolldownOptions },
});

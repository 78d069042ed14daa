import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { inLanguage } from './build/languages.mjs';

// The server of the repository, for `npm run dev`: pages from Vite, data from it.
const server = process.env['CIRCLED_SERVER'] ?? 'http://127.0.0.1:8080';

// `vite build --mode es` builds the pages in Spanish, beside those in English (build/pages.mjs joins them).
export default defineConfig(({ mode }) => {
  const language = mode === 'es' ? 'es' : 'en';
  return {
    plugins: [inLanguage(language), svelte()],
    define: { 'import.meta.env.CIRCLED_LANGUAGE': JSON.stringify(language) },
    build: {
      ...(language === 'en' ? {} : { outDir: `dist/${language}`, copyPublicDir: false }),
      target: 'es2022',
      // Nothing inline: the pages run under `default-src 'self'`, which forbids data: addresses too.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: { index: 'index.html', app: 'app.html', kiosk: 'kiosk.html', help: 'help.html' } },
    },
    server: {
      proxy: {
        '/api': server,
        '/feeds': server,
        '/live': { target: server, ws: true },
      },
    },
    test: { include: ['src/**/*.test.ts', 'build/*.test.mjs'], environment: 'node' },
  };
});

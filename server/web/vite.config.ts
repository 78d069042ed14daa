import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { inLanguage } from './build/languages.mjs';

// Names in the app's page what it fetches later, so that its worker (public/app-worker.js) keeps that too and every
// page of the app opens without a connection. A browser takes no notice of it.
const later = (language: string): Plugin => ({
  name: 'later',
  transformIndexHtml: {
    order: 'post',
    handler(html, { path, bundle, chunk }) {
      if (path !== '/app.html' || !bundle || !chunk) return html;
      const chunkOf = (name: string) => (bundle[name]?.type === 'chunk' ? bundle[name] : undefined);
      const atStart = new Set<string>();
      const all = new Set<string>();
      const walk = (name: string, into: Set<string>, deeper: boolean): void => {
        const found = chunkOf(name);
        if (!found || into.has(name)) return;
        into.add(name);
        found.viteMetadata?.importedCss.forEach((css) => into.add(css));
        for (const next of [...found.imports, ...(deeper ? found.dynamicImports : [])]) walk(next, into, deeper);
      };
      walk(chunk.fileName, atStart, false);
      walk(chunk.fileName, all, true);
      return [...all].filter((name) => !atStart.has(name)).map((name) => ({ tag: 'link', attrs: { rel: 'later', ...(name.endsWith('.js') && { hreflang: language }), href: `/${name}` }, injectTo: 'head' as const }));
    },
  },
});

// The server of the repository, for `npm run dev`: pages from Vite, data from it.
const server = process.env['CIRCLED_SERVER'] ?? 'http://127.0.0.1:8080';

// `vite build --mode es` builds the pages in Spanish, beside those in English (build/pages.mjs joins them).
export default defineConfig(({ mode }) => {
  const language = mode === 'es' ? 'es' : 'en';
  return {
    plugins: [inLanguage(language), svelte(), later(language)],
    define: { 'import.meta.env.CIRCLED_LANGUAGE': JSON.stringify(language) },
    build: {
      ...(language === 'en' ? {} : { outDir: `dist/${language}`, copyPublicDir: false }),
      target: 'es2022',
      // Nothing inline: the pages run under `default-src 'self'`, which forbids data: addresses too.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: { index: 'index.html', app: 'app.html', kiosk: 'kiosk.html', help: 'help.html', answer: 'answer.html' } },
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

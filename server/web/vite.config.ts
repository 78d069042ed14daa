import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The server of the repository, for `npm run dev`: pages from Vite, data from it.
const server = process.env['CIRCLED_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
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
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
